import type { Source } from '@heartllm/ecg-io';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Where the superblock of a version keeps the address of the file's end (HDF5 File Format Specification 3.0, II.A). */
const END_ADDRESS: Record<number, number> = { 0: 40, 1: 44, 2: 28, 3: 28 };

/**
 * What is wrong with an HDF5 file as far as its first bytes tell: no HDF5 at all, or cut, as a download that broke off.
 * CODE-15%'s files have several gigabytes; 64 bytes of them are read.
 *
 * @returns undefined where nothing is wrong
 */
export async function checkHdf5(source: Source, path: string): Promise<string | undefined> {
  const head = await source.read(path, 0, 64);
  if (SIGNATURE.some((byte, i) => head[i] !== byte)) return 'expected an HDF5 file, found other bytes';
  const version = head[8];
  const at = END_ADDRESS[version];
  if (at === undefined) return `expected an HDF5 superblock of version 0 to 3, found ${version}`;
  const addressBytes = version < 2 ? head[13] : head[9];
  if (head.length < at + 8) return `truncated: found ${head.length} bytes`;
  if (addressBytes !== 8) return undefined; // nobody writes others; then the length is not known
  const end = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(at, true));
  const size = await source.size(path);
  return size < end ? `truncated: expected ${end} bytes, found ${size}` : undefined;
}
