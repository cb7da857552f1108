import type { Source } from '@heartllm/safetensors';

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
  const bytes = readUrl(path, files[path]);
  bytes.catch(() => cache.delete(path)); // so that a page that was offline can try again
  cache.set(path, bytes);
  return bytes;
}

async function readUrl(path: string, url: URL | undefined): Promise<Uint8Array> {
  if (!url) throw new Error(`the packaged weights have no file ${path}`);
  // Through getBuiltinModule and not an import, so that bundlers for the browser find nothing to resolve.
  if (url.protocol === 'file:') return new Uint8Array(await process.getBuiltinModule('node:fs/promises').readFile(url));
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: the server answered ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}
