import type { Source } from '@heartllm/safetensors';
import { readUrl } from './read-url.ts';

// In this form bundlers recognise the files and ship them along.
const files: Record<string, URL> = {
  'config.json': new URL('../weights/config.json', import.meta.url),
  'model.safetensors': new URL('../weights/model.safetensors', import.meta.url),
};

/** The weights that come with this package, from disk in Node and over HTTP in a browser; each file is read once. */
export const packagedWeights: Source = {
  async read(path, start, end) {
    return (await whole(path)).slice(start, end);
  },
  async size(path) {
    return (await whole(path)).length;
  },
};

const cache = new Map<string, Promise<Uint8Array>>();

function whole(path: string): Promise<Uint8Array> {
  const cached = cache.get(path);
  if (cached) return cached;
  const url = files[path];
  if (!url) return Promise.reject(new Error(`the packaged weights have no file ${path}`));
  const bytes = readUrl(url);
  bytes.catch(() => cache.delete(path)); // so that a page that was offline can try again
  cache.set(path, bytes);
  return bytes;
}
