import { EcgFileError, type FilePlace } from '../file-error.ts';
import type { Source } from '../source/source.ts';
import { quote } from '../wfdb/error.ts';
import type { Bytes } from './read-npy.ts';

const END = 22;
const LOCATOR = 20;
const END64 = 56;
const ENTRY = 46;
const LOCAL = 30;
/** About 80 bytes an array: enough for 200,000. */
const LARGEST_DIRECTORY = 1 << 24;
/** No deflate stream unpacks to more than 1032 times its length. */
const MOST_UNPACKED = 1032;

interface Entry {
  method: number;
  encrypted: boolean;
  packed: number;
  size: number;
  offset: number;
}

/** The files of a zip archive, of which only the directory is read; zip64 too. */
export interface Zip {
  names: string[];
  /** A file, stored or deflated. Reading a part of a deflated one unpacks what lies before it. */
  open(name: string): Promise<Bytes>;
}

/**
 * Opens a zip archive (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3).
 *
 * @throws EcgFileError if it is none, or damaged
 */
export async function openZip(source: Source, file: string): Promise<Zip> {
  const archive = { source, file, size: await source.size(file) };
  const directory = await readDirectory(archive);
  const entries = parseDirectory(directory, archive);
  return {
    names: [...entries.keys()],
    async open(name) {
      const entry = entries.get(name);
      const place = { file, field: name };
      if (!entry) throw new EcgFileError({ file }, `has no entry ${quote(name)}`);
      if (entry.encrypted) throw new EcgFileError(place, 'is encrypted');
      if (entry.method !== 0 && entry.method !== 8) {
        throw new EcgFileError(place, `expected a stored or deflated entry, found compression method ${entry.method}`);
      }
      const local = await readRange(archive, entry.offset, entry.offset + LOCAL);
      if (local.getUint32(0, true) !== 0x04034b50) {
        throw new EcgFileError({ ...place, offset: entry.offset }, 'no zip entry begins here');
      }
      const start = entry.offset + LOCAL + local.getUint16(26, true) + local.getUint16(28, true);
      if (start + entry.packed > archive.size) throw new EcgFileError(place, 'goes beyond the end of the archive');
      const { size, packed } = entry;
      if (entry.method === 0) {
        if (size !== packed) throw new EcgFileError(place, `is stored in ${packed} bytes, expected its size, ${size}`);
        return { size, read: (from, to) => source.read(file, start + from, start + to) };
      }
      if (size > packed * MOST_UNPACKED) {
        throw new EcgFileError(place, `${packed} bytes cannot unpack to the ${size} promised`);
      }
      return { size, read: (from, to) => inflate(packedBytes(archive, start, packed), from, to, place) };
    },
  };
}

interface Archive {
  source: Source;
  file: string;
  size: number;
}

async function readDirectory(archive: Archive): Promise<DataView> {
  const { file, size } = archive;
  const tailStart = Math.max(0, size - END - LOCATOR - 0xffff); // the comment behind it has at most 65,535 bytes
  const tail = await readRange(archive, tailStart, size);
  let end = tail.byteLength - END;
  const isEnd = () =>
    tail.getUint32(end, true) === 0x06054b50 && end + END + tail.getUint16(end + 20, true) === tail.byteLength;
  while (end >= 0 && !isEnd()) end--;
  if (end < 0) throw new EcgFileError({ file }, 'is not a whole zip archive: no end record was found');
  let length = tail.getUint32(end + 12, true);
  let start = tail.getUint32(end + 16, true);
  if ((length === 0xffffffff || start === 0xffffffff) && end >= LOCATOR) {
    // All ones: the numbers are in a record of 64-bit fields, whose place stands before the end record.
    const at = Number(tail.getBigUint64(end - LOCATOR + 8, true));
    const wide = await readRange(archive, at, at + END64);
    length = Number(wide.getBigUint64(40, true));
    start = Number(wide.getBigUint64(48, true));
  }
  if (length > LARGEST_DIRECTORY || start + length > size) {
    throw new EcgFileError(
      { file, offset: tailStart + end },
      `a directory of ${length} bytes at ${start}, of ${size} in all`,
    );
  }
  return readRange(archive, start, start + length);
}

function parseDirectory(view: DataView, { file }: Archive): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = 0; at < view.byteLength; ) {
    const whole = at + ENTRY <= view.byteLength && view.getUint32(at, true) === 0x02014b50;
    const nameEnd = whole ? at + ENTRY + view.getUint16(at + 28, true) : 0;
    const extraEnd = whole ? nameEnd + view.getUint16(at + 30, true) : 0;
    const next = whole ? extraEnd + view.getUint16(at + 32, true) : 0;
    if (!whole || next > view.byteLength)
      throw new EcgFileError({ file }, `the zip directory is damaged at its byte ${at}`);
    const wide = wideFields(view, nameEnd, extraEnd);
    const field = (offset: number) => {
      const value = view.getUint32(at + offset, true);
      return value === 0xffffffff ? (wide.shift() ?? value) : value;
    };
    const [size, packed, offset] = [field(24), field(20), field(42)]; // in the order of the wide fields
    entries.set(new TextDecoder().decode(bytes.subarray(at + ENTRY, nameEnd)), {
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      packed,
      size,
      offset,
    });
    at = next;
  }
  return entries;
}

/** The 64-bit fields of extra field 1; each stands for one of 32 bits that is all ones. */
function wideFields(view: DataView, start: number, end: number): number[] {
  const fields: number[] = [];
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const last = Math.min(end, at + 4 + view.getUint16(at + 2, true));
    for (let i = at + 4; i + 8 <= last; i += 8) fields.push(Number(view.getBigUint64(i, true)));
  }
  return fields;
}

/** The packed bytes of an entry, piece by piece. */
function packedBytes(
  { source, file }: Archive,
  start: number,
  length: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const piece = 1 << 20;
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const next = Math.min(length, at + piece);
      if (next > at) controller.enqueue(new Uint8Array(await source.read(file, start + at, start + next)));
      at = next;
      if (at === length) controller.close();
    },
  });
}

/** The unpacked bytes [from, to) of a deflate stream; what lies behind them is not unpacked. */
async function inflate(
  packed: ReadableStream<Uint8Array<ArrayBuffer>>,
  from: number,
  to: number,
  place: FilePlace,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  const reader = packed.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let at = 0; // of the unpacked stream
  try {
    while (at < to) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`expected ${to} bytes, found ${at}`);
      const wanted = value.subarray(Math.max(0, from - at), Math.max(0, to - at));
      if (wanted.length > 0) bytes.set(wanted, Math.max(0, at - from));
      at += value.length;
    }
  } catch (cause) {
    throw new EcgFileError(place, `could not be unpacked: ${(cause as Error).message}`, { cause });
  } finally {
    await reader.cancel().catch(() => undefined); // a stream that has failed says so again
  }
  return bytes;
}

async function readRange({ source, file, size }: Archive, start: number, end: number): Promise<DataView> {
  const bytes = end <= size ? await source.read(file, start, end) : new Uint8Array(0);
  if (bytes.length !== end - start) {
    throw new EcgFileError({ file }, `expected the bytes ${start} to ${end} of a zip archive, it has ${size}`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
