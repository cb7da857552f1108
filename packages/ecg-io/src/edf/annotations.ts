import type { Source } from '@heartllm/source';
import { EcgFileError } from '../file-error.ts';
import type { EdfHeader } from './header.ts';
import { type EdfFile, openEdf } from './open-edf.ts';

/** An event in an EDF+ file. */
export interface EdfAnnotation {
  /** Seconds after the first sample: `onset * fs` is the frame. */
  onset: number;
  /** Seconds, where the file gives them. */
  duration?: number;
  /** UTF-8, as the file has it; never ''. */
  text: string;
}

/**
 * Reads the annotations of an EDF+ or BDF+ file (https://www.edfplus.info/specs/edfplus.html, 2.2), in the order of their onsets; none
 * of a plain EDF file. The text is free: it may name a person.
 *
 * @param path inside the source, with its suffix
 * @throws EcgFileError if the header is wrong, the file truncated, or an annotation has no onset; SourceError if it cannot be read
 */
export async function readEdfAnnotations(source: Source, path: string): Promise<EdfAnnotation[]> {
  const edf = await openEdf(source, path);
  const { header } = edf;
  if (!header.signals.some(({ isAnnotation }) => isAnnotation)) return [];
  const annotations: EdfAnnotation[] = [];
  let origin: number | undefined;
  for await (const { record, bytes } of edf.records(0, header.records)) {
    for (const { onset, duration, texts } of timeStampedLists(bytes, header, record, path)) {
      origin ??= onset; // the first of a file is the onset of its first data record
      for (const text of texts)
        if (text !== '') annotations.push({ onset: onset - origin, ...(duration !== undefined && { duration }), text });
    }
  }
  return annotations.sort((a, b) => a.onset - b.onset);
}

/** When each data record begins, in seconds after the start time: what its first list says. Throws EcgFileError if one does not. */
export async function recordOnsets({ header, records }: EdfFile, to: number, file: string): Promise<Float64Array> {
  const onsets = new Float64Array(to);
  for await (const { record, bytes } of records(0, to)) {
    const [first] = timeStampedLists(bytes, header, record, file);
    if (!first) {
      const offset = header.headerBytes + record * header.recordBytes;
      throw new EcgFileError({ file, offset }, `data record ${record} does not say when it begins`);
    }
    onsets[record] = first.onset;
  }
  return onsets;
}

interface TimeStampedList {
  onset: number;
  duration?: number;
  texts: string[];
}

/**
 * The time-stamped annotation lists of a data record, `+onset[\x15duration]\x14text\x14text\x14\0`
 * (https://www.edfplus.info/specs/edfplus.html, 2.2).
 */
function timeStampedLists(bytes: DataView, header: EdfHeader, record: number, file: string): TimeStampedList[] {
  const lists: TimeStampedList[] = [];
  const { signals, bytesPerSample, headerBytes, recordBytes } = header;
  for (const { byteOffset, samplesPerRecord } of signals.filter(({ isAnnotation }) => isAnnotation)) {
    const field = new Uint8Array(bytes.buffer, bytes.byteOffset + byteOffset, samplesPerRecord * bytesPerSample);
    for (let at = 0; at < field.length; ) {
      const found = field.indexOf(0, at);
      const end = found < 0 ? field.length : found;
      if (end > at) {
        const [stamp, ...texts] = new TextDecoder().decode(field.subarray(at, end)).split('\x14');
        const [onset, duration, ...more] = stamp.split('\x15');
        const isStamp = /^[+-]\d+(\.\d*)?$/.test(onset) && /^(\d+(\.\d*)?)?$/.test(duration ?? '') && more.length === 0;
        if (!isStamp || texts.length === 0) {
          const offset = headerBytes + record * recordBytes + byteOffset + at;
          throw new EcgFileError({ file, offset }, 'expected an annotation that begins with its onset, as in +12.5');
        }
        lists.push({ onset: Number(onset), duration: duration ? Number(duration) : undefined, texts });
      }
      at = end + 1;
    }
  }
  return lists;
}
