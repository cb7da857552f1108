import { EcgFileError } from '../file-error.ts';
import type { LazyFile } from './lazy-file.ts';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]; // \x89HDF\r\n\x1a\n

/** Where the addresses of a file are counted from, and how many bytes one has. */
export interface Superblock {
  base: number;
  addressBytes: number;
}

/**
 * Finds the superblock: at byte 0, or behind a block of the user's own at 512, 1024 and so on
 * (https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, "Superblock").
 *
 * @throws EcgFileError if there is none, or its addresses have neither 4 nor 8 bytes
 */
export async function readSuperblock(file: LazyFile): Promise<Superblock> {
  for (let base = 0; base + 16 <= file.size; base = base === 0 ? 512 : 2 * base) {
    const bytes = await file.bytes(base, base + 16);
    if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) continue;
    const addressBytes = bytes[bytes[8] < 2 ? 13 : 9];
    if (addressBytes === 4 || addressBytes === 8) return { base, addressBytes };
    throw new EcgFileError({ file: file.file, offset: base }, `addresses of ${addressBytes} bytes are not read`);
  }
  throw new EcgFileError({ file: file.file }, 'has no superblock');
}

/** A whole number of 1, 2, 4 or 8 bytes, as addresses and lengths are written. */
export function unsigned(view: DataView, at: number, bytes: number): number {
  if (bytes === 8) return Number(view.getBigUint64(at, true));
  return bytes === 4 ? view.getUint32(at, true) : bytes === 2 ? view.getUint16(at, true) : view.getUint8(at);
}
