/**
 * The first key that occurs twice in one object of a JSON text, at any depth. `json` has to be valid already:
 * JSON.parse keeps the last of two equal keys without a word, which would hide a tensor.
 */
export function duplicateKey(json: string): string | undefined {
  const scopes: Set<string>[] = []; // one per open object or array; an array's stays empty
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (let match = tokens.exec(json); match; match = tokens.exec(json)) {
    const token = match[0];
    if (token === '{' || token === '[') scopes.push(new Set());
    else if (token === '}' || token === ']') scopes.pop();
    else if (match[1] !== undefined) {
      const key: string = JSON.parse(token.slice(0, -match[1].length));
      const seen = scopes[scopes.length - 1];
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
