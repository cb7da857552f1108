import { TorchCheckpointError } from '../errors.ts';
import type { Source } from '../source.ts';

/** A file inside the archive. */
export interface ZipEntry {
  name: string;
  /** 0 for stored, which is how PyTorch writes everything. */
  method: number;
  encrypted: boolean;
  storedBytes: number;
  /** Offset of the local header, after which the bytes lie. */
  headerOffset: number;
}

/** An open zip file of which only the directory has been read. */
export interface ZipArchive {
  source: Source;
  file: string;
  fileBytes: number;
  entries: Map<string, ZipEntry>;
}

const endBytes = 22;
const locatorBytes = 20;
const end64Bytes = 56;
const entryBytes = 46;
const localBytes = 30;
/** About 100 bytes an entry: enough for 600,000 storages. */
const maxDirectoryBytes = 64_000_000;

/**
 * Reads the central directory of a zip or zip64 archive, and nothing else of it
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.12 to 4.3.16).
 */
export async function openZip(source: Source, file: string): Promise<ZipArchive> {
  const fileBytes = await source.size(file);
  const archive = { source, file, fileBytes, entries: new Map<string, ZipEntry>() };
  const tailStart = Math.max(0, fileBytes - endBytes - locatorBytes - 0xffff); // a comment has at most 65,535 bytes
  const tail = await readExactly(archive, tailStart, fileBytes);
  const end = findEnd(tail);
  if (end < 0) throw new TorchCheckpointError(await whyNoZip(archive));
  const { size, offset } = await directoryPlace(archive, viewOf(tail), end);
  if (size > maxDirectoryBytes || offset + size > fileBytes) {
    throw new TorchCheckpointError(
      `${file}: byte ${tailStart + end} claims a zip directory of ${size} bytes at ${offset}, the file has ${fileBytes}`,
    );
  }
  parseDirectory(archive, await readExactly(archive, offset, offset + size));
  return archive;
}

/** Reads bytes `start` to `end` of a stored entry. */
export async function readZipEntry(archive: ZipArchive, entry: ZipEntry, start: number, end: number) {
  const local = viewOf(await readExactly(archive, entry.headerOffset, entry.headerOffset + localBytes));
  if (local.getUint32(0, true) !== 0x04034b50) {
    throw new TorchCheckpointError(`${archive.file}: no zip header of '${entry.name}' at byte ${entry.headerOffset}`);
  }
  const data = entry.headerOffset + localBytes + local.getUint16(26, true) + local.getUint16(28, true);
  return readExactly(archive, data + start, data + end);
}

function findEnd(tail: Uint8Array): number {
  const view = viewOf(tail);
  for (let at = tail.length - endBytes; at >= 0; at--) {
    const commentBytes = tail.length - at - endBytes;
    if (view.getUint32(at, true) === 0x06054b50 && view.getUint16(at + 20, true) === commentBytes) return at;
  }
  return -1;
}

/** Where the directory lies; a zip64 archive has all ones there and the real place in a record of its own. */
async function directoryPlace(archive: ZipArchive, tail: DataView, end: number) {
  const size = tail.getUint32(end + 12, true);
  const offset = tail.getUint32(end + 16, true);
  if (size !== 0xffffffff && offset !== 0xffffffff) return { size, offset };
  const locator = end - locatorBytes;
  if (locator < 0 || tail.getUint32(locator, true) !== 0x07064b50) {
    throw new TorchCheckpointError(`${archive.file}: the zip64 locator before the end of the file is missing`);
  }
  const at = Number(tail.getBigUint64(locator + 8, true));
  const end64 = viewOf(await readExactly(archive, at, at + end64Bytes));
  if (end64.getUint32(0, true) !== 0x06064b50) {
    throw new TorchCheckpointError(`${archive.file}: no zip64 end record at byte ${at}`);
  }
  return { size: Number(end64.getBigUint64(40, true)), offset: Number(end64.getBigUint64(48, true)) };
}

function parseDirectory({ file, fileBytes, entries }: ZipArchive, directory: Uint8Array): void {
  const view = viewOf(directory);
  const decoder = new TextDecoder();
  let at = 0;
  while (at < directory.length) {
    const whole = at + entryBytes <= directory.length && view.getUint32(at, true) === 0x02014b50;
    const nameEnd = whole ? at + entryBytes + view.getUint16(at + 28, true) : 0;
    const extraEnd = whole ? nameEnd + view.getUint16(at + 30, true) : 0;
    const next = whole ? extraEnd + view.getUint16(at + 32, true) : 0;
    if (!whole || next > directory.length) {
      throw new TorchCheckpointError(`${file}: the zip directory is damaged at its byte ${at}`);
    }
    const name = decoder.decode(directory.subarray(at + entryBytes, nameEnd));
    const wide = zip64Fields(view, nameEnd, extraEnd);
    const field = (offset: number) => {
      const value = view.getUint32(at + offset, true);
      return value === 0xffffffff ? (wide.shift() ?? value) : value;
    };
    field(24); // the uncompressed size comes first among the zip64 fields
    const storedBytes = field(20);
    const headerOffset = field(42);
    if (headerOffset + localBytes + storedBytes > fileBytes) {
      throw new TorchCheckpointError(
        `${file}: zip entry '${name}' claims ${storedBytes} bytes at ${headerOffset}, the file has ${fileBytes}`,
      );
    }
    if (entries.has(name)) throw new TorchCheckpointError(`${file}: has the zip entry '${name}' twice`);
    const encrypted = (view.getUint16(at + 8, true) & 1) === 1;
    entries.set(name, { name, method: view.getUint16(at + 10, true), encrypted, storedBytes, headerOffset });
    at = next;
  }
}

/** The 64-bit values of extra field 1, which stand for the 32-bit fields that are all ones, in their order. */
function zip64Fields(view: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const fields: number[] = [];
    const fieldsEnd = Math.min(end, at + 4 + view.getUint16(at + 2, true));
    for (let field = at + 4; field + 8 <= fieldsEnd; field += 8) fields.push(Number(view.getBigUint64(field, true)));
    return fields;
  }
  return [];
}

/** How a file of torch.save before 1.6 begins: the pickled number 0x1950a86a20f9469cfc6c. */
const LEGACY_MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

async function whyNoZip(archive: ZipArchive): Promise<string> {
  const { file, fileBytes } = archive;
  const head = await readExactly(archive, 0, Math.min(LEGACY_MAGIC.length, fileBytes));
  const [first] = head;
  if (LEGACY_MAGIC.every((byte, i) => head[i] === byte)) {
    return `${file}: is a legacy PyTorch file (before 1.6): load it in PyTorch and torch.save it again`;
  }
  if (first === 0x80) {
    return `${file}: is a bare pickle, none of which is loaded because it could run code: expected what torch.save makes`;
  }
  if (first === 0x50) return `${file}: is a truncated zip archive: its end record is missing`;
  return `${file}: is not a PyTorch checkpoint: no zip archive (torch.save since PyTorch 1.6 makes one)`;
}

async function readExactly(archive: ZipArchive, start: number, end: number): Promise<Uint8Array> {
  const { source, file, fileBytes } = archive;
  if (end > fileBytes) throw new TorchCheckpointError(`${file}: expected bytes ${start} to ${end}, has ${fileBytes}`);
  const bytes = start === end ? new Uint8Array(0) : await source.read(file, start, end);
  if (bytes.byteLength === end - start) return bytes;
  throw new TorchCheckpointError(`${file}: expected ${end - start} bytes at ${start}, got ${bytes.byteLength}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
