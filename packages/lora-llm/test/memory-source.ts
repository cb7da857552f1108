import type { Source } from '@heartllm/safetensors';
import { fixtures } from './golden.ts';

/** The fixtures with some files replaced, or taken away with null; values other than bytes are written as JSON. */
export function changed(files: Record<string, Uint8Array | object | null>): Source {
  const own = (path: string) => {
    const file = files[path];
    if (file === null) throw new Error(`${path}: no such file`);
    if (file === undefined || file instanceof Uint8Array) return file;
    return new TextEncoder().encode(JSON.stringify(file));
  };
  return {
    read: async (path, start, end) => own(path)?.slice(start, end) ?? fixtures.read(path, start, end),
    size: async (path) => own(path)?.length ?? fixtures.size(path),
  };
}
