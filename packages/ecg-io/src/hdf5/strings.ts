import type { Hdf5Library } from './library.ts';

/** How strings lie in the library's memory. */
export interface StringLayout {
  /** Bytes of one; of a pointer where they are of any length. */
  size: number;
  vlen: boolean;
  /** 0 for ASCII, 1 for UTF-8. */
  cset?: number;
}

/** The strings in bytes copied out of the library's memory; those of any length are still in it. */
export function decodeStrings(library: Hdf5Library, bytes: Uint8Array, { size, vlen, cset }: StringLayout): string[] {
  if (vlen) {
    const text = cset === 1 ? library.UTF8ToString : library.AsciiToString;
    return Array.from(new Uint32Array(bytes.buffer as ArrayBuffer), (pointer) => text(pointer));
  }
  const decoder = new TextDecoder();
  return Array.from({ length: bytes.length / size }, (_, i) => {
    return decoder.decode(bytes.subarray(i * size, (i + 1) * size)).replace(/[\0 ]+$|\0.*$/s, '');
  });
}
