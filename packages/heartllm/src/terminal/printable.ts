/**
 * Control characters, line separators and lone surrogates; what turns the direction of text round; what is invisible (byte order marks, tag
 * characters). The joiners of emoji and of some scripts are left alone.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text that a terminal shows and does not obey, whatever file it came from: what is unprintable is written as JSON writes it, `\u001b`, so that
 * a line of JSON stays the same JSON. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** The same for what has to stay on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\n\t]/g, escaped);
}

/** `\u` with four digits, for characters beyond them twice. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    return `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }).join('');
}
