/** The bytes of a file that comes with this package as a module, see scripts/bundle-files.mjs. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
