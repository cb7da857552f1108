import { assertSource, FileError, quote, type Source } from '@heartllm/source';
import type { GgufValue } from './metadata.ts';
import { openPart } from './part.ts';
import { otherParts } from './split.ts';
import type { PackedTensor, TensorInfo } from './tensor-info.ts';

/** An open GGUF file, or several that belong together. Holds headers only; tensors are read when asked for. */
export interface Gguf {
  /** By key; of a split model without `split.*`, since it is whole here. */
  metadata: Record<string, GgufValue>;
  /** Tensor names in the order of the file. */
  names: string[];
  /** Type, row-major shape and bytes. @throws FileError for a name that is not there. */
  info(name: string): TensorInfo;
  /** Reads one tensor's packed bytes and no others. @throws FileError for a name that is not there, or a file that shrank. */
  read(name: string): Promise<PackedTensor>;
}

/**
 * Opens a GGUF file of version 2 or 3, little-endian (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). A model that was split
 * (`name-00001-of-00003.gguf`) is opened whole by the path of any of its parts.
 *
 * @param path inside the source
 * @throws FileError for a file that breaks the format, a type that ggml does not have, a part that is missing or belongs to another model;
 *   SourceError where no such file is. Lengths are checked against the file before memory is taken.
 */
export async function openGguf(source: Source, path: string): Promise<Gguf> {
  assertSource(source, 'openGguf');
  const opened = await openPart(source, path);
  const parts = await otherParts(opened, (other) => openPart(source, other));
  const partOf = new Map(parts.flatMap((part) => [...part.tensors.keys()].map((name) => [name, part] as const)));
  const find = (name: string) => {
    const part = partOf.get(name);
    if (!part) throw new FileError({ file: path }, `has no tensor ${quote(name)} among its ${partOf.size}`);
    return part;
  };
  const whole = [...parts[0].metadata].filter(([key]) => parts.length === 1 || !key.startsWith('split.'));
  return {
    metadata: Object.fromEntries(whole),
    names: [...partOf.keys()],
    info(name) {
      const { type, shape, byteLength } = find(name).tensors.get(name) as TensorInfo;
      return { type, shape: [...shape], byteLength };
    },
    read: async (name) => find(name).read(name),
  };
}
