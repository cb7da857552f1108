import { SafetensorsError } from './errors.ts';
import { headerLength, parseHeader } from './header.ts';
import type { Source } from './source.ts';
import { storedArray, type Tensor, type TensorInfo, widen } from './tensor.ts';

/** An open safetensors file, or several behind one index. Holds headers only; values are read when asked for. */
export interface Safetensors {
  /** Tensor names: a file's in the order of their bytes, an index's in its own order. */
  names: string[];
  /** The `__metadata__` map, for instance `{ format: 'pt' }`; of all shards together. */
  metadata: Record<string, string>;
  /** Stored type and shape. @throws SafetensorsError for a name that is not there. */
  info(name: string): TensorInfo;
  /** Reads one tensor's bytes and no others. @throws SafetensorsError for a name that is not there, or a file that shrank. */
  read(name: string): Promise<Tensor>;
}

/** Opens a single file of a known size. */
export async function openFile(source: Source, path: string, fileBytes: number): Promise<Safetensors> {
  const length = headerLength(path, await source.read(path, 0, Math.min(8, fileBytes)), fileBytes);
  const dataStart = 8 + length;
  const header = await source.read(path, 8, dataStart);
  const { metadata, entries } = parseHeader(path, header, fileBytes - dataStart);
  const entry = (name: string) => {
    const found = entries.get(name);
    if (!found) throw new SafetensorsError(`${path}: has no tensor '${name}' among its ${entries.size}`);
    return found;
  };
  return {
    names: [...entries.keys()],
    metadata,
    info(name) {
      const { dtype, shape } = entry(name);
      return { dtype, shape: [...shape] };
    },
    async read(name) {
      const { dtype, shape, begin, end } = entry(name);
      const bytes = await source.read(path, dataStart + begin, dataStart + end);
      if (bytes.byteLength !== end - begin) {
        throw new SafetensorsError(`${path}: tensor '${name}': expected ${end - begin} bytes, got ${bytes.byteLength}`);
      }
      return { dtype, shape: [...shape], data: widen(dtype, storedArray(dtype, bytes)) };
    },
  };
}
