import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Package } from './packages.ts';

const WASM = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'];

/**
 * What a user installs beside a package in order to use it, as its README says. Whatever is not here is used alone: nothing
 * but the tarball and what its `dependencies` bring.
 */
const BESIDE: Record<string, string[]> = {
  '@heartllm/backend': WASM,
  '@heartllm/lead-encoder': ['@heartllm/backend', ...WASM],
  '@heartllm/lora-llm': ['@heartllm/backend', ...WASM],
  '@heartllm/constrain': WASM,
  '@heartllm/training': ['@heartllm/backend', '@heartllm/lead-encoder', ...WASM],
  heartllm: ['@heartllm/backend', '@heartllm/ecg-io'],
};

/** Packages that must not bring TensorFlow.js. */
const NO_TENSORS = [
  'ecg-io',
  'ecg-datasets',
  'fsq-tokenizer',
  'vocab-bridge',
  'text-metrics',
  'safetensors',
  'gguf',
  'source',
  'nano',
];

/** Entry points that need a peer which their package does without. */
const WITH_TENSORS = ['@heartllm/fsq-tokenizer/tf'];

export interface Use {
  module: string; // exports use({ open, wasmPaths }): Promise<string>
  beside: string[];
  withoutTensors: boolean;
  entries: string[]; // all that can be imported with what is installed
}

/** How the install test uses a package. @throws Error for a package that nobody has written a use for */
export function useOf({ name, manifest }: Package): Use {
  const short = name.replace('@heartllm/', '');
  const module = fileURLToPath(new URL(`./uses/${short}.mjs`, import.meta.url));
  if (!existsSync(module)) throw new Error(`${name}: packages/testing/release/uses/${short}.mjs is missing`);
  const entries = Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target !== 'string')
    .map(([path]) => name + path.slice(1))
    .filter((entry) => !WITH_TENSORS.includes(entry));
  return { module, beside: BESIDE[name] ?? [], withoutTensors: NO_TENSORS.includes(short), entries };
}
