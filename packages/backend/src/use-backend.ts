import * as tf from '@tensorflow/tfjs-core';
import { registerMissingKernels } from './kernels/index.ts';
import { loadTensorflow } from './load/tensorflow.ts';
import { loadWebgpu } from './load/webgpu.ts';

/** What a caller may ask for; 'node' is TensorFlow on the CPU, 'node-gpu' the same on CUDA. */
export type BackendName = 'auto' | 'webgpu' | 'node-gpu' | 'node' | 'wasm' | 'cpu';

/** The backend that is in use. */
export interface BackendInfo {
  name: Exclude<BackendName, 'auto'>;
  /** What computes, for people: an adapter's description, 'libtensorflow 2.9.1', 'WebAssembly SIMD'. */
  device: string;
  /** With 'auto': the first choice that could not be had here. */
  fellBackFrom?: Exclude<BackendName, 'auto'>;
}

export interface BackendOptions {
  /** Where the .wasm files of @tensorflow/tfjs-backend-wasm are served, ending in '/'; needed in most browser builds. */
  wasmPaths?: string;
}

/** A backend that cannot be had on this machine; `reason` says what is missing and how to get it. */
export class BackendUnavailableError extends Error {
  readonly backend: string;
  readonly reason: string;
  constructor(backend: string, reason: string) {
    super(`backend '${backend}' is not available: ${reason}`);
    this.name = 'BackendUnavailableError';
    this.backend = backend;
    this.reason = reason;
  }
}

const names: readonly string[] = ['auto', 'webgpu', 'node-gpu', 'node', 'wasm', 'cpu'];
const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);

/**
 * Chooses the tfjs backend, registers gradients and the kernels it lacks, and makes it the active one.
 *
 * 'auto' takes the first that works. In a browser: webgpu on a real GPU, wasm, cpu. In Node: node-gpu, node, webgpu
 * (through Dawn, when the `webgpu` package is installed and finds a real GPU), wasm, cpu. A backend asked for by name
 * is used or refused, never replaced.
 *
 * @throws BackendUnavailableError when the named backend cannot be had; TypeError for an unknown name.
 */
export async function useBackend(name: BackendName = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  if (!names.includes(name)) throw new TypeError(`unknown backend '${name}': expected one of ${names.join(', ')}`);
  await registerGradients();
  if (name !== 'auto') return activate(name, options, false);
  const order: Exclude<BackendName, 'auto'>[] = inNode
    ? ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu']
    : ['webgpu', 'wasm', 'cpu'];
  const reasons: string[] = [];
  let fellBackFrom: BackendInfo['fellBackFrom'];
  for (const candidate of order) {
    try {
      const info = await activate(candidate, options, true);
      return fellBackFrom ? { ...info, fellBackFrom } : info;
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      reasons.push(error.message);
      fellBackFrom ??= candidate;
    }
  }
  throw new BackendUnavailableError('auto', reasons.join('; '));
}

async function activate(
  name: Exclude<BackendName, 'auto'>,
  options: BackendOptions,
  realGpuOnly: boolean,
): Promise<BackendInfo> {
  // tfjs greets every Node program that uses the cpu backend; the flag that silences it is named for tests.
  tf.env().set('IS_TEST', true);
  const device = await loaders[name](options, realGpuOnly);
  const tfName = name === 'node' || name === 'node-gpu' ? 'tensorflow' : name;
  if (!(await tf.setBackend(tfName))) throw new BackendUnavailableError(name, 'TensorFlow.js could not start it');
  await tf.ready();
  registerMissingKernels(tfName);
  return { name, device };
}

type Loader = (options: BackendOptions, realGpuOnly: boolean) => Promise<string>;

const loaders: Record<Exclude<BackendName, 'auto'>, Loader> = {
  webgpu: (_, realGpuOnly) => loadWebgpu(realGpuOnly),
  'node-gpu': () => loadTensorflow('node-gpu', '@tensorflow/tfjs-node-gpu'),
  node: () => loadTensorflow('node', '@tensorflow/tfjs-node'),
  async wasm({ wasmPaths }) {
    const wasm = await importPeer(
      'wasm',
      '@tensorflow/tfjs-backend-wasm',
      () => import('@tensorflow/tfjs-backend-wasm'),
    );
    if (wasmPaths) wasm.setWasmPaths(wasmPaths);
    return 'WebAssembly';
  },
  async cpu() {
    await importPeer('cpu', '@tensorflow/tfjs-backend-cpu', () => import('@tensorflow/tfjs-backend-cpu'));
    return 'JavaScript';
  },
};

async function importPeer<T>(backend: string, packageName: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new BackendUnavailableError(
      backend,
      `npm install ${packageName} (${(error as Error).message.split('\n')[0]})`,
    );
  }
}

async function registerGradients(): Promise<void> {
  if (!tf.getGradient('Neg')) await import('../generated/gradients.js');
}
