import { writeFileAtomic } from '@heartllm/source';
import { layout, type TensorInput } from './encode.ts';
import { SafetensorsError } from './errors.ts';

/**
 * Writes a safetensors file in Node: into a temporary file beside it, flushed, then renamed, so that `path` always
 * holds either what was there or the whole new file. Tensors are narrowed and written one at a time.
 *
 * @param path In the file system; its folder has to be there.
 * @param tensors By name, as for {@link encodeSafetensors}.
 * @param metadata Strings for `__metadata__`; transformers wants `{ format: 'pt' }`. None by default.
 * @throws SafetensorsError when the tensors cannot be stored (see {@link encodeSafetensors}) or in a browser, and what the
 *   file system throws; no temporary file is left behind.
 */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, TensorInput>,
  metadata?: Record<string, string>,
): Promise<void> {
  if (typeof process === 'undefined' || !process.getBuiltinModule) {
    throw new SafetensorsError('writeSafetensors needs Node (20.16 or later); in a browser use encodeSafetensors');
  }
  const { head, parts } = layout(tensors, metadata);
  await writeFileAtomic(path, contentOf(head, parts));
}

function* contentOf(head: Uint8Array, parts: ReturnType<typeof layout>['parts']): Generator<Uint8Array> {
  yield head;
  for (const part of parts) yield part.bytes();
}
