import { FileError, quote } from '../file-error.ts';
import { assertSource, type Source } from '../source.ts';
import { crc32 } from './crc32.ts';
import { type Archive, readBytes, readDirectory, readView, type ZipEntry } from './directory.ts';
import { inflate } from './inflate.ts';

const LOCAL = 30;
/** No deflate stream unpacks to more than 1032 times its length. */
const MOST_UNPACKED = 1032;
/** Checking a larger file would read gigabytes for the few bytes that are wanted of it. */
const LARGEST_CHECKED = 1 << 28;
const PIECE = 1 << 20;

/** Bytes of a known number, of which a part can be read. */
export interface Bytes {
  size: number;
  /** Bytes `from` to `to` (exclusive). */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** A file of a zip archive. Reading a part of a deflated one unpacks what lies before it; reading all of it compares its CRC-32. */
export interface ZipFile extends Bytes {
  /**
   * Compares the CRC-32 before a part is read, once; of at most 256 MB, since it reads them all.
   *
   * @throws FileError for bytes that are damaged
   */
  check(): Promise<void>;
}

/** The files of a zip archive, of which only the directory is read. */
export interface Zip {
  /** In the order of the directory. */
  names: string[];
  /** Bytes of a file when unpacked; undefined for a name that is not there. */
  size(name: string): number | undefined;
  /**
   * A file, stored or deflated.
   *
   * @throws FileError for a name that is not there, an entry that is encrypted, packed in another way, or lies beyond the archive
   */
  open(name: string): Promise<ZipFile>;
}

/**
 * Opens a zip or zip64 archive (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3).
 *
 * @throws FileError if it is none, or damaged
 */
export async function openZip(source: Source, file: string): Promise<Zip> {
  assertSource(source, 'openZip');
  const archive = { source, file, size: await source.size(file) };
  const entries = await readDirectory(archive);
  return {
    names: [...entries.keys()],
    size: (name) => entries.get(name)?.size,
    async open(name) {
      const entry = entries.get(name);
      if (!entry) throw new FileError({ file }, `has no entry ${quote(name)}`);
      const stored = await locate(archive, entry);
      const { size } = entry;
      const place = { file, field: name };
      return {
        size,
        check: once(async () => {
          if (size <= LARGEST_CHECKED) await checkCrc(unpacked(archive, entry, stored), entry, place);
        }),
        async read(from, to) {
          const stream = () => unpacked(archive, entry, stored);
          const bytes =
            entry.method === 0
              ? await readBytes(archive, stored + from, stored + to)
              : await part(stream(), from, to, place);
          if (from === 0 && to === size) await checkCrc([bytes], entry, place);
          return bytes;
        },
      };
    },
  };
}

/** Where the bytes of an entry begin. */
async function locate(archive: Archive, { name, method, encrypted, packed, size, offset }: ZipEntry): Promise<number> {
  const place = { file: archive.file, field: name };
  if (encrypted) throw new FileError(place, 'is encrypted');
  if (method !== 0 && method !== 8) {
    throw new FileError(place, `expected a stored or deflated entry, found compression method ${method}`);
  }
  const named = offset + LOCAL + new TextEncoder().encode(name).length;
  const local = await readView(archive, offset, Math.max(offset + LOCAL, Math.min(archive.size, named)));
  if (local.getUint32(0, true) !== 0x04034b50) throw new FileError({ ...place, offset }, 'no zip entry begins here');
  const nameBytes = local.getUint16(26, true);
  const own = new TextDecoder().decode(
    new Uint8Array(local.buffer, local.byteOffset).subarray(LOCAL, LOCAL + nameBytes),
  );
  if (own !== name) {
    throw new FileError({ ...place, offset }, { expected: 'an entry of this name here', found: quote(own) });
  }
  const start = offset + LOCAL + nameBytes + local.getUint16(28, true);
  if (start + packed > archive.size) throw new FileError(place, 'goes beyond the end of the archive');
  if (method === 0 && size !== packed) {
    throw new FileError(place, `is stored in ${packed} bytes, expected its size, ${size}`);
  }
  if (size > packed * MOST_UNPACKED)
    throw new FileError(place, `${packed} bytes cannot unpack to the ${size} promised`);
  return start;
}

async function* packedPieces(archive: Archive, entry: ZipEntry, start: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < entry.packed; at += PIECE) {
    yield await readBytes(archive, start + at, start + Math.min(entry.packed, at + PIECE));
  }
}

function unpacked(archive: Archive, entry: ZipEntry, start: number): AsyncGenerator<Uint8Array> {
  const packed = packedPieces(archive, entry, start);
  return entry.method === 0 ? packed : inflate(packed);
}

interface Place {
  file: string;
  field: string;
}

async function checkCrc(
  pieces: AsyncIterable<Uint8Array> | Uint8Array[],
  entry: ZipEntry,
  place: Place,
): Promise<void> {
  let [crc, size] = [0, 0];
  try {
    for await (const piece of pieces) {
      crc = crc32(piece, crc);
      size += piece.length;
      if (size > entry.size) break;
    }
  } catch (cause) {
    throw cannotUnpack(place, cause);
  }
  if (size !== entry.size) {
    throw new FileError(place, { expected: `${entry.size} bytes`, found: size > entry.size ? 'more' : `${size}` });
  }
  const hex = (value: number) => value.toString(16).padStart(8, '0');
  // 0 stands for none: torch.save writes it where it was told to compute none
  if (entry.crc !== 0 && crc !== entry.crc) {
    throw new FileError(place, {
      expected: `the CRC-32 ${hex(entry.crc)}`,
      found: `${hex(crc)}: its bytes are damaged`,
    });
  }
}

/** The bytes [from, to) of a stream; what lies behind them is not unpacked. */
async function part(pieces: AsyncIterable<Uint8Array>, from: number, to: number, place: Place): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  let at = 0; // of the unpacked stream
  try {
    for await (const piece of pieces) {
      if (at >= to) break;
      const wanted = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
      if (wanted.length > 0) bytes.set(wanted, Math.max(0, at - from));
      at += piece.length;
    }
  } catch (cause) {
    throw cannotUnpack(place, cause);
  }
  if (at < to) throw new FileError(place, { expected: `${to} bytes`, found: `${at}` });
  return bytes;
}

function cannotUnpack(place: Place, cause: unknown): unknown {
  if ((cause as Error).name === 'SourceError' || cause instanceof FileError) return cause; // reading failed, not unpacking
  return new FileError(place, `could not be unpacked: ${(cause as Error).message}`, { cause });
}

/** Done at the first call; a failure is not kept, so that a moment's trouble passes. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
