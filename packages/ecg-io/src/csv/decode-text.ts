/**
 * A decoder for a text whose character set nobody names: UTF-16 where a byte order mark or the zero bytes of ASCII letters say so, UTF-8 where the
 * first piece is UTF-8, else Latin-1 (windows-1252), in which every byte is a character.
 *
 * @param first the first bytes of the text; the more, the surer
 */
export function textDecoder(first: Uint8Array): TextDecoder {
  const utf16 = utf16Order(first);
  if (utf16) return new TextDecoder(`utf-16${utf16}`);
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(first, { stream: true }); // a character may be cut at the end
    return new TextDecoder();
  } catch {
    return new TextDecoder('windows-1252');
  }
}

/** A line of numbers is ASCII, so every other byte of it is 0. */
function utf16Order(bytes: Uint8Array): 'le' | 'be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'be';
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return 'le';
  if (bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0) return 'be';
  return undefined;
}
