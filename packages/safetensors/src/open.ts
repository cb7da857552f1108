import { assertSource, exists, isMissing, type Source } from '@heartllm/source';
import { openFile, type Safetensors } from './file.ts';
import { openShards } from './shards.ts';

/**
 * Opens `model.safetensors` or a sharded `model.safetensors.index.json`; where `path` is absent and `path` +
 * `.index.json` is there, that index. Reads headers only, and checks them completely
 * (https://github.com/huggingface/safetensors#format).
 *
 * @param source A folder, Blobs or a URL from @heartllm/ecg-io, or any object with `read` and `size`.
 * @param path Inside the source, with `/` between its parts.
 * @throws SafetensorsError when a file breaks the format; whatever the source throws when there is no file.
 */
export async function openSafetensors(source: Source, path: string): Promise<Safetensors> {
  assertSource(source, 'openSafetensors');
  if (path.endsWith('.index.json')) return openShards(source, path);
  let fileBytes: number;
  try {
    fileBytes = await source.size(path);
  } catch (absent) {
    const index = `${path}.index.json`;
    if (isMissing(absent) && (await exists(source, index))) return openShards(source, index);
    throw absent;
  }
  return openFile(source, path, fileBytes);
}
