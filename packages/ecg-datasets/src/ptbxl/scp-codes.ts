/** A quoted Python string, or a number, as `repr` writes them. */
const STRING = /\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")\s*/y;
const NUMBER = /\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*/y;
const MARK = /\s*([{}:,])\s*/y;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/**
 * Reads the Python dict literal in which PTB-XL keeps the SCP codes of an ECG, `{'NORM': 100.0, 'SR': 0.0}`: a string
 * key and a finite number each. As in Python the last of two equal keys wins. Nothing is evaluated.
 *
 * @returns likelihood in per cent per code, in the order of the text
 * @throws SyntaxError naming the position where the text stops being such a dict
 */
export function parseScpCodes(text: string): Record<string, number> {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const expected = (what: string): SyntaxError =>
    new SyntaxError(`expected ${what} at character ${at}, found ${JSON.stringify(text.slice(at, at + 12))}`);

  const codes = new Map<string, number>();
  if (take(MARK)?.[1] !== '{') {
    at = 0;
    throw expected('{');
  }
  for (;;) {
    const key = take(STRING);
    if (!key) break;
    const colon = at;
    if (take(MARK)?.[1] !== ':') {
      at = colon;
      throw expected(':');
    }
    const value = take(NUMBER);
    if (!value || !Number.isFinite(Number(value[1]))) throw expected('a finite number');
    codes.set(withoutEscapes(key[1] ?? key[2]), Number(value[1]));
    const separator = at;
    if (take(MARK)?.[1] !== ',') {
      at = separator;
      break;
    }
  }
  if (take(MARK)?.[1] !== '}') throw expected('}');
  if (at !== text.length) throw expected('the end');
  return Object.fromEntries(codes);
}

function withoutEscapes(body: string): string {
  return body.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/g, (whole, x, u, plain) => {
    if (plain === undefined) return String.fromCharCode(Number.parseInt(x ?? u, 16));
    return ESCAPES[plain] ?? whole; // Python keeps the backslash of an escape it does not know
  });
}
