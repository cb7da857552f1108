import type { Source } from '../../source/source.ts';
import { SourceError } from '../../source/source.ts';
import { WfdbError } from '../error.ts';
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
 * @throws WfdbError if the file is missing or wrong. A header that is missing is none: `fs` is undefined where nothing gives it.
 */
export async function readAnnotations(source: Source, name: string, extension: string): Promise<Annotations> {
  const file = `${recordPath(name)}.${extension}`;
  const bytes = await asWfdbError({ file }, source.read(file, 0, LONGEST_FILE + 1));
  if (bytes.length > LONGEST_FILE) {
    throw new WfdbError({ file, offset: LONGEST_FILE }, `expected at most ${LONGEST_FILE} bytes of annotations`);
  }
  const annotations = parseAnnotations(bytes, file);
  if (annotations.fs !== undefined) return annotations;
  try {
    return { ...annotations, fs: (await readHeader(source, name)).fs };
  } catch (error) {
    const { message, cause } = error as Error;
    if (cause instanceof SourceError && cause.reason === 'missing') return annotations;
    return { ...annotations, warnings: [...annotations.warnings, `no sampling frequency: ${message}`] };
  }
}
