import { assertSource, type Source, SourceError } from '@heartllm/source';
import { WfdbError } from '../error.ts';
import type { WfdbHeader } from '../header-types.ts';
import { asWfdbError, readHeader, recordPath } from '../read-header.ts';
import type { Annotations } from './annotations.ts';
import { parseAnnotations } from './parse.ts';

/** A day of beats is 250 kB; a signal file under the name of an annotation file can have gigabytes. */
const LONGEST_FILE = 1 << 26;

/**
 * Reads the annotations of a WFDB record, as wfdb-python's `rdann`.
 *
 * ```ts
 * const beats = await readAnnotations(source, '100', 'atr');
 * beats.sample[1]; // 77
 * beats.symbol[1]; // 'N'
 * ```
 *
 * @param name the record inside the source, '100' or 'mitdb/100'
 * @param extension the suffix of the annotation file, 'atr'
 * @throws WfdbError if the file is missing or wrong, or one that the record's header names as a signal file. A header that is missing or
 *   wrong is no error: `fs` is undefined where nothing gives it.
 */
export async function readAnnotations(source: Source, name: string, extension: string): Promise<Annotations> {
  assertSource(source, 'readAnnotations');
  const path = recordPath(name);
  const file = `${path}.${extension}`;
  const header = await readHeader(source, name).catch((error: WfdbError) => error);
  if (!(header instanceof Error)) refuseSignalFile(header, path, file);
  const bytes = await asWfdbError({ file }, source.read(file, 0, LONGEST_FILE + 1));
  if (bytes.length > LONGEST_FILE) {
    throw new WfdbError({ file, offset: LONGEST_FILE }, `expected at most ${LONGEST_FILE} bytes of annotations`);
  }
  const annotations = parseAnnotations(bytes, file);
  if (annotations.fs !== undefined) return annotations;
  if (!(header instanceof Error)) return { ...annotations, fs: header.fs };
  const { message, cause } = header;
  if (cause instanceof SourceError && cause.reason === 'missing') return annotations;
  return { ...annotations, warnings: [...annotations.warnings, `no sampling frequency: ${message}`] };
}

/** Samples read as annotations are thousands of them, none of which was ever made. Throws WfdbError. */
function refuseSignalFile({ signals }: WfdbHeader, path: string, file: string): void {
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1); // some headers name the folder of their writer
  const named = signals.find(({ fileName }) => nameOf(fileName) === nameOf(file));
  if (!named) return;
  const place = { file: `${path}.hea`, line: named.line, field: 'file name' };
  throw new WfdbError(place, `${file} is a signal file, expected the suffix of an annotation file`);
}
