import { pathParts } from './path.ts';
import { type Source, SourceError } from './source.ts';

type Content = Uint8Array | ArrayBuffer | string;

/**
 * Files held in memory, by path. A string stands for its UTF-8 bytes.
 *
 * ```ts
 * const source = memorySource({ 'rec.hea': 'rec 1 500 2\nrec.dat 16 1000/mV\n', 'rec.dat': new Uint8Array(4) });
 * ```
 *
 * @throws SourceError for a path that is absolute or has `..` or a backslash in it; what is read later throws
 *   SourceError where no such file is
 */
export function memorySource(files: ReadonlyMap<string, Content> | Record<string, Content>): Source {
  const contents = new Map<string, Uint8Array>();
  for (const [path, content] of files instanceof Map ? files : Object.entries(files)) {
    contents.set(pathParts(path).join('/'), toBytes(content));
  }
  function find(path: string): Uint8Array {
    const bytes = contents.get(pathParts(path).join('/'));
    if (!bytes) throw new SourceError(path, 'missing', 'no such file in memory');
    return bytes;
  }
  return {
    async read(path, start, end) {
      return new Uint8Array(find(path).subarray(start, end)); // a copy: what the caller does with it stays with the caller
    },
    async size(path) {
      return find(path).byteLength;
    },
  };
}

function toBytes(content: Content): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof ArrayBuffer ? new Uint8Array(content) : content;
}
