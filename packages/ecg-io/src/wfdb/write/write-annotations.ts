import { type AnnotationInput, encodeAnnotations } from '../annotation/encode.ts';
import { checkName } from './check-name.ts';
import { writeFiles } from './write-files.ts';

/**
 * Writes an annotation file in Node, as wfdb-python's `wrann`; `folder/name.extension` holds either what was there or the whole new file.
 * In a browser use {@link encodeAnnotations}.
 *
 * ```ts
 * await writeAnnotations('out', '100', 'qrs', { sample: [77, 370], symbol: ['N', 'V'], fs: 360 });
 * ```
 *
 * @param folder in the file system; made where it is missing
 * @param name the record, '100' or, below the folder, 'mitdb/100'
 * @param extension the suffix, which names who annotated: 'atr', 'qrs'
 * @throws WfdbError if a name or an annotation cannot be stored (see {@link encodeAnnotations}), and what the file system throws
 */
export async function writeAnnotations(
  folder: string,
  name: string,
  extension: string,
  annotations: AnnotationInput,
): Promise<void> {
  const file = `${name}.${extension}`;
  for (const part of name.split('/')) checkName(part, { file, field: 'name' });
  checkName(extension, { file, field: 'extension' });
  await writeFiles(folder, new Map([[file, encodeAnnotations(annotations, file)]]), 'encodeAnnotations');
}
