import type { Source } from '@heartllm/source';
import { SafetensorsError } from './errors.ts';
import { headerLength, parseHeader } from './header.ts';
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
  if (fileBytes < 8) {
    throw new SafetensorsError(`${path}: has ${fileBytes} bytes, a safetensors file has at least 8`);
  }
  const readExactly = async (start: number, end: number, what: string) => {
    const bytes = start === end ? new Uint8Array(0) : await source.read(path, start, end);
    if (bytes.byteLength === end - start) return bytes;
    throw new SafetensorsError(`${path}: ${what}: expected ${end - start} bytes, got ${bytes.byteLength}`);
  };
  const dataStart = 8 + headerLength(path, await readExactly(0, 8, 'the header length'), fileBytes);
  const header = await readExactly(8, dataStart, 'the header');
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
      const bytes = await readExactly(dataStart + begin, dataStart + end, `tensor '${name}'`);
      return { dtype, shape: [...shape], data: widen(dtype, storedArray(dtype, bytes)) };
    },
  };
}
