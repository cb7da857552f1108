/**
 * The first key that occurs twice in one object of a JSON text, at any depth. `json` has to be valid already:
 * JSON.parse keeps the last of two equal keys without a word, which would hide a tensor.
 */
export function duplicateKey(json: string): string | undefined {
  const scopes: (Set<string> | undefined)[] = []; // the keys of every open object; undefined for an array
  let text = ''; // the last string: it is a key if a colon comes next
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      const end = stringEnd(json, at);
      text = json.slice(at, end);
      at = end - 1;
    } else if (character === '{') scopes.push(new Set());
    else if (character === '[') scopes.push(undefined);
    else if (character === '}' || character === ']') scopes.pop();
    else if (character === ':') {
      const key: string = JSON.parse(text);
      const keys = scopes[scopes.length - 1];
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/** Behind the closing quote of the string that opens at `start`. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}
