// Python's whitespace, which is not JavaScript's: it has U+001C to U+001F and U+0085, and lacks U+FEFF.
const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const spaces = new RegExp(space);
const outerSpaces = new RegExp(`^${space}|${space}$`, 'g');

/** The words of a text, as Python's `str.split()` finds them: the tokens that BLEU and METEOR of HeartLLM count. */
export function splitWords(text: string): string[] {
  return text.split(spaces).filter((word) => word !== '');
}

/** Python's `str.strip()`. */
export function strip(text: string): string {
  return text.replace(outerSpaces, '');
}
