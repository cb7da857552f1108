import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './gradients/index.ts';
import { registerMissingKernels } from './kernels/index.ts';
import { loadCpu } from './load/cpu.ts';
import { loadTensorflow } from './load/tensorflow.ts';
import { loadWasm } from './load/wasm.ts';
import { loadWebgpu } from './load/webgpu.ts';
import { BackendUnavailableError } from './unavailable.ts';

/** What a caller may ask for; 'node' is TensorFlow on the CPU, 'node-gpu' the same on CUDA. */
export type BackendName = 'auto' | 'webgpu' | 'node-gpu' | 'node' | 'wasm' | 'cpu';

/** The backend that is in use. */
export interface BackendInfo {
  /** The backend that computes now, never 'auto'. tfjs calls both 'node' and 'node-gpu' 'tensorflow'. */
  name: Exclude<BackendName, 'auto'>;
  /** What computes, for people: an adapter's description, 'libtensorflow 2.9.1 on the CPU', 'WebAssembly SIMD, 1 thread'. */
  device: string;
  /** With 'auto': the first choice that could not be had here. */
  fellBackFrom?: Exclude<BackendName, 'auto'>;
}

/** What `useBackend` may have to be told. */
export interface BackendOptions {
  /** Where the .wasm files of @tensorflow/tfjs-backend-wasm are served, ending in '/'; needed in most browser builds. */
  wasmPaths?: string;
}

const names: readonly string[] = ['auto', 'webgpu', 'node-gpu', 'node', 'wasm', 'cpu'];
const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);
const order: BackendInfo['name'][] = inNode ? ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'] : ['webgpu', 'wasm', 'cpu'];

/** tfjs starts one backend at a time: a second start makes the first one fail. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Chooses the tfjs backend, registers gradients and the kernels it lacks, and makes it the active one.
 *
 * 'auto' takes the first that works. In a browser: webgpu on a real GPU, wasm, cpu. In Node: node-gpu with a CUDA GPU,
 * node, webgpu (through Dawn, when the `webgpu` package is installed and finds a real GPU), wasm, cpu. A backend asked
 * for by name is used or refused, never replaced; it runs on whatever device its library finds, and `device` says
 * which (SwiftShader for webgpu, the CPU for node-gpu without CUDA).
 *
 * May be called again, also to switch: tensors that exist move when they are used, except out of webgpu.
 *
 * @param name 'auto' by default
 * @throws BackendUnavailableError when the named backend cannot be had, and the active one stays; TypeError for an
 * unknown name.
 */
export function useBackend(name: BackendName = 'auto', options: BackendOptions = {}): Promise<BackendInfo> {
  const chosen = queue.then(() => choose(name, options));
  queue = chosen.catch(() => {});
  return chosen;
}

async function choose(name: BackendName, options: BackendOptions): Promise<BackendInfo> {
  if (!names.includes(name)) throw new TypeError(`unknown backend '${name}': expected one of ${names.join(', ')}`);
  if (name !== 'auto') return activate(name, options, false);
  const refused: BackendUnavailableError[] = [];
  for (const candidate of order) {
    try {
      const info = await activate(candidate, options, true);
      return refused.length > 0 ? { ...info, fellBackFrom: order[0] } : info;
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      refused.push(error);
    }
  }
  throw new BackendUnavailableError('auto', refused.map((error) => error.message).join('; '));
}

async function activate(
  name: BackendInfo['name'],
  options: BackendOptions,
  realGpuOnly: boolean,
): Promise<BackendInfo> {
  return quietly(async () => {
    const describe = await loaders[name](options, realGpuOnly);
    await registerGradients();
    const tfName = name === 'node' || name === 'node-gpu' ? 'tensorflow' : name;
    const before = tf.engine().backendName;
    if (!(await tf.setBackend(tfName))) {
      if (before) await tf.setBackend(before);
      const served = name === 'wasm' && !inNode ? `; are its .wasm files served at '${options.wasmPaths ?? ''}'?` : '';
      throw new BackendUnavailableError(name, `TensorFlow.js could not start it${served}`);
    }
    registerMissingKernels(tfName);
    tf.tensor1d([0]).dispose(); // the cpu backend greets every Node program at its first tensor
    return { name, device: await describe() };
  });
}

/**
 * Keeps tfjs from warning that things are registered twice, and from greeting. The flag does nothing else; IS_TEST,
 * the other one that does this, takes tensors saved for a custom gradient for leaks.
 */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const before = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    return await work();
  } finally {
    tf.env().set('PROD', before);
  }
}

type Loader = (options: BackendOptions, realGpuOnly: boolean) => Promise<() => string | Promise<string>>;

const loaders: Record<BackendInfo['name'], Loader> = {
  webgpu: (_, realGpuOnly) => loadWebgpu(realGpuOnly),
  'node-gpu': (_, realGpuOnly) => loadTensorflow('node-gpu', realGpuOnly),
  node: () => loadTensorflow('node', false),
  wasm: ({ wasmPaths }) => loadWasm(wasmPaths),
  cpu: loadCpu,
};
