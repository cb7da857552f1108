import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailableError, peerMissing } from '../unavailable.ts';

/** What this file reads of tfjs-node's backend object. */
interface NodeBackend {
  isGPUPackage: boolean;
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

const packages = {
  'node-gpu': ['@tensorflow/tfjs-node-gpu'],
  // the GPU package computes on the CPU too
  node: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
};

/**
 * Loads tfjs-node or tfjs-node-gpu, which register the 'tensorflow' backend: one of them per process, as both bring
 * a libtensorflow of their own.
 *
 * They are CommonJS and are looked up through `require`, so NODE_PATH may name a folder outside the project. The
 * second copy of tfjs-core that they bring is harmless: it shares engine, kernels and gradients through globalThis.
 *
 * @param realGpuOnly with 'node-gpu', refuse a libtensorflow that found no CUDA GPU and computes on the CPU.
 */
export async function loadTensorflow(backend: 'node' | 'node-gpu', realGpuOnly: boolean): Promise<() => string> {
  if (!tf.findBackendFactory('tensorflow')) {
    // getBuiltinModule, unlike an import of 'node:module', leaves bundlers for the browser in peace
    const nodeModule = globalThis.process?.getBuiltinModule?.('node:module');
    if (!nodeModule) throw new BackendUnavailableError(backend, 'it needs Node.js 20.16 or newer');
    const require = nodeModule.createRequire(import.meta.url);
    try {
      requireFirst(packages[backend], require);
    } catch (error) {
      throw peerMissing(backend, packages[backend][0], error);
    }
  }
  const { isGPUPackage, isUsingGpuDevice, binding } = tf.findBackend('tensorflow') as unknown as NodeBackend;
  if (backend === 'node-gpu' && !isGPUPackage) {
    throw new BackendUnavailableError(
      backend,
      'this process already runs @tensorflow/tfjs-node, which has no GPU code',
    );
  }
  if (backend === 'node-gpu' && realGpuOnly && !isUsingGpuDevice) {
    throw new BackendUnavailableError(backend, 'libtensorflow found no CUDA GPU');
  }
  return () => `libtensorflow ${binding.TF_Version} on the ${isUsingGpuDevice ? 'GPU (CUDA)' : 'CPU'}`;
}

function requireFirst(names: readonly string[], require: NodeJS.Require): void {
  const util = process.getBuiltinModule('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  // removed in Node 23, still called by tfjs-node 4.22.0
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // libtensorflow logs its CPU features to stderr otherwise
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const installed = (name: string) => {
    try {
      return Boolean(require.resolve(name));
    } catch {
      return false;
    }
  };
  require(names.find(installed) ?? names[0]);
}
