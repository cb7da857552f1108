import type { Source } from '@heartllm/safetensors';
import { decodeBase64 } from './base64.ts';

/** The weights that come with this package. A module of their own: who brings other weights does not load them. */
export const packagedWeights: Source = {
  async read(path, start, end) {
    return (await whole(path)).slice(start, end);
  },
  async size(path) {
    return (await whole(path)).length;
  },
};

let files: Promise<Record<string, Uint8Array>> | undefined;

async function whole(path: string): Promise<Uint8Array> {
  files ??= load().catch((error) => {
    files = undefined; // so that a page that was offline can try again
    throw error;
  });
  const bytes = (await files)[path];
  if (!bytes) throw new Error(`the packaged weights have no file ${path}`);
  return bytes;
}

async function load(): Promise<Record<string, Uint8Array>> {
  const { config, tensors } = await import('../generated/weights.js');
  return { 'config.json': decodeBase64(config), 'model.safetensors': decodeBase64(tensors) };
}
