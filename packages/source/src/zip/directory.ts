import { FileError } from '../file-error.ts';
import type { Source } from '../source.ts';

const END = 22;
const LOCATOR = 20;
const END64 = 56;
const ENTRY = 46;
/** About 80 bytes an entry: enough for 800,000. */
const LARGEST_DIRECTORY = 1 << 26;

/** A zip archive as a file of a known size. */
export interface Archive {
  source: Source;
  file: string;
  size: number;
}

/** A file inside the archive, as the directory describes it. */
export interface ZipEntry {
  name: string;
  /** 0 for stored, 8 for deflated. */
  method: number;
  encrypted: boolean;
  /** CRC-32 of the unpacked bytes. */
  crc: number;
  /** Bytes in the archive. */
  packed: number;
  /** Bytes when unpacked. */
  size: number;
  /** Where the entry's own header begins, after which its bytes lie. */
  offset: number;
}

/**
 * Reads the directory of a zip or zip64 archive, and nothing else of it
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 to 4.3.16).
 *
 * @throws FileError if it is none, or damaged
 */
export async function readDirectory(archive: Archive): Promise<Map<string, ZipEntry>> {
  const { file, size } = archive;
  const tailStart = Math.max(0, size - END - LOCATOR - 0xffff); // the comment behind it has at most 65,535 bytes
  const tail = await readView(archive, tailStart, size);
  const end = findEnd(tail);
  if (end < 0) throw new FileError({ file }, 'is not a whole zip archive: no end record was found');
  const { length, start } = await directoryPlace(archive, tail, end);
  if (length > LARGEST_DIRECTORY || start + length > size) {
    const place = { file, offset: tailStart + end };
    throw new FileError(place, `claims a zip directory of ${length} bytes at ${start}, the file has ${size}`);
  }
  return parseDirectory(await readView(archive, start, start + length), archive);
}

function findEnd(tail: DataView): number {
  for (let at = tail.byteLength - END; at >= 0; at--) {
    const comment = tail.byteLength - at - END;
    if (tail.getUint32(at, true) === 0x06054b50 && tail.getUint16(at + 20, true) === comment) return at;
  }
  return -1;
}

/** Where the directory lies; a zip64 archive has all ones there and the place in a record of its own. */
async function directoryPlace(archive: Archive, tail: DataView, end: number) {
  const length = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  if (length !== 0xffffffff && start !== 0xffffffff) return { length, start };
  const locator = end - LOCATOR;
  if (locator < 0 || tail.getUint32(locator, true) !== 0x07064b50) {
    throw new FileError({ file: archive.file }, 'the zip64 locator before the end of the file is missing');
  }
  const at = Number(tail.getBigUint64(locator + 8, true));
  const wide = await readView(archive, at, at + END64);
  if (wide.getUint32(0, true) !== 0x06064b50) {
    throw new FileError({ file: archive.file, offset: at }, 'no zip64 end record begins here');
  }
  return { length: Number(wide.getBigUint64(40, true)), start: Number(wide.getBigUint64(48, true)) };
}

function parseDirectory(view: DataView, { file, size: archiveSize }: Archive): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = 0; at < view.byteLength; ) {
    const whole = at + ENTRY <= view.byteLength && view.getUint32(at, true) === 0x02014b50;
    const nameEnd = whole ? at + ENTRY + view.getUint16(at + 28, true) : 0;
    const extraEnd = whole ? nameEnd + view.getUint16(at + 30, true) : 0;
    const next = whole ? extraEnd + view.getUint16(at + 32, true) : 0;
    if (!whole || next > view.byteLength)
      throw new FileError({ file }, `the zip directory is damaged at its byte ${at}`);
    const wide = wideFields(view, nameEnd, extraEnd);
    const field = (offset: number) => {
      const value = view.getUint32(at + offset, true);
      return value === 0xffffffff ? (wide.shift() ?? value) : value;
    };
    const [size, packed, offset] = [field(24), field(20), field(42)]; // in the order of the wide fields
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY, nameEnd));
    if (offset + packed > archiveSize) {
      throw new FileError({ file, field: name }, `claims ${packed} bytes at ${offset}, the file has ${archiveSize}`);
    }
    if (entries.has(name)) throw new FileError({ file, field: name }, 'is in the zip archive twice');
    const encrypted = (view.getUint16(at + 8, true) & 1) === 1;
    const crc = view.getUint32(at + 16, true);
    entries.set(name, { name, method: view.getUint16(at + 10, true), encrypted, crc, packed, size, offset });
    at = next;
  }
  return entries;
}

/** The 64-bit values of extra field 1, which stand for the 32-bit fields that are all ones, in their order. */
function wideFields(view: DataView, start: number, end: number): number[] {
  const fields: number[] = [];
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const last = Math.min(end, at + 4 + view.getUint16(at + 2, true));
    for (let i = at + 4; i + 8 <= last; i += 8) fields.push(Number(view.getBigUint64(i, true)));
  }
  return fields;
}

/** The bytes [start, end) of an archive. @throws FileError where it ends before */
export async function readBytes({ source, file, size }: Archive, start: number, end: number): Promise<Uint8Array> {
  const bytes = end <= size && end > start ? await source.read(file, start, end) : new Uint8Array(0);
  if (bytes.length === end - start) return bytes;
  throw new FileError({ file }, `expected the bytes ${start} to ${end} of a zip archive, it has ${size}`);
}

export async function readView(archive: Archive, start: number, end: number): Promise<DataView> {
  const bytes = await readBytes(archive, start, end);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
