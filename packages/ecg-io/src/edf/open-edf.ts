import type { Source } from '@heartllm/source';
import { EcgFileError } from '../file-error.ts';
import { EDF_BLOCK, type EdfHeader, edfHeaderBytes, parseEdfHeader } from './header.ts';

/** Bytes of data records read at a time. */
const PIECE = 1 << 22;

/** An EDF file whose header has been read. */
export interface EdfFile {
  header: EdfHeader;
  /** The data records [from, to), one after the other; never more than some megabytes at a time are in memory. */
  records(from: number, to: number): AsyncGenerator<{ record: number; bytes: DataView }>;
}

/** Throws EcgFileError if the file is none, truncated, or its header is wrong. */
export async function openEdf(source: Source, file: string): Promise<EdfFile> {
  const size = await source.size(file);
  const length = edfHeaderBytes(await source.read(file, 0, EDF_BLOCK), file, size);
  const header = parseEdfHeader(await source.read(file, 0, length), file, size);
  const { headerBytes, recordBytes } = header;
  return {
    header,
    async *records(from, to) {
      const together = Math.max(1, Math.floor(PIECE / recordBytes));
      for (let first = from; first < to; first += together) {
        const last = Math.min(to, first + together);
        const start = headerBytes + first * recordBytes;
        const bytes = await source.read(file, start, headerBytes + last * recordBytes);
        if (bytes.length !== (last - first) * recordBytes) {
          throw new EcgFileError({ file, offset: start + bytes.length }, `the file had ${size} bytes and now ends`);
        }
        for (let record = first; record < last; record++) {
          const offset = bytes.byteOffset + (record - first) * recordBytes;
          yield { record, bytes: new DataView(bytes.buffer, offset, recordBytes) };
        }
      }
    },
  };
}
