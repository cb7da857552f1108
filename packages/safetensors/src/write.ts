import { layout, type TensorInput } from './encode.ts';
import { SafetensorsError } from './errors.ts';

/**
 * Writes a safetensors file in Node: into a temporary file beside it, flushed, then renamed, so that `path` always
 * holds either what was there or the whole new file. Tensors are narrowed and written one at a time.
 *
 * @param path In the file system; its folder has to be there.
 * @param tensors By name, as for {@link encodeSafetensors}.
 * @param metadata Strings for `__metadata__`; transformers wants `{ format: 'pt' }`. None by default.
 * @throws SafetensorsError when the tensors cannot be stored (see {@link encodeSafetensors}) or in a browser, and what
 *   the file system throws; no temporary file is left behind.
 */
export async function writeSafetensors(
  path: string,
  tensors: Record<string, TensorInput>,
  metadata?: Record<string, string>,
): Promise<void> {
  const { head, parts } = layout(tensors, metadata);
  const { open, rename, rm } = nodeFiles();
  const temporary = `${path}.${Math.random().toString(36).slice(2)}.tmp`;
  const file = await open(temporary, 'wx');
  try {
    try {
      await file.writeFile(head);
      for (const part of parts) await file.writeFile(part.bytes());
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

// Through getBuiltinModule and not an import, so that bundlers for the browser find nothing to resolve.
function nodeFiles(): typeof import('node:fs/promises') {
  if (typeof process === 'undefined' || !process.getBuiltinModule) {
    throw new SafetensorsError('writeSafetensors needs Node (20.16 or later); in a browser use encodeSafetensors');
  }
  return process.getBuiltinModule('node:fs/promises');
}
