/**
 * Loops over the tensor backends that this machine has; the ones it lacks are skipped and named in the test output.
 *
 * ```ts
 * import { eachBackend } from '@heartllm/testing/backends';
 *
 * await eachBackend(({ name, tolerance }) => {
 *   test('the encoder matches PyTorch', () => expectAllClose(actual, golden, tolerance));
 * });
 * await eachBackend(['cpu', 'wasm'], ({ name }) => { ... }); // only some: webgpu is SwiftShader in CI, correct but slow
 * ```
 *
 * For one test outside a loop: `await useTestBackend('wasm')`.
 */
import { type BackendInfo, BackendUnavailableError, useBackend } from '@heartllm/backend';
import { beforeAll, describe } from 'vitest';
import { findSoftwareGpu } from './software-gpu.ts';

type Name = BackendInfo['name'];

/** A backend to run tests on. */
export interface TestBackend {
  name: Name;
  /** Largest relative error to expect from float32 there: 1e-5, on webgpu 1e-3 (its exp, tanh and division are rougher). */
  tolerance: number;
  /** Why it is not here and how to get it; its tests are skipped. */
  missing?: string;
}

const inNode = typeof process !== 'undefined' && Boolean(process.versions?.node);

/** Every backend that exists on this platform: 'node' is TensorFlow on the CPU, webgpu in Node is Dawn. */
export const testBackendNames: readonly Name[] = inNode ? ['cpu', 'wasm', 'webgpu', 'node'] : ['cpu', 'wasm', 'webgpu'];

/** useBackend, told where the test server keeps the .wasm files and, in Node, where a software GPU is. */
export async function useTestBackend(name: Name): Promise<BackendInfo> {
  if (inNode && name === 'webgpu') await findSoftwareGpu();
  return useBackend(name, inNode ? {} : { wasmPaths: '/node_modules/@tensorflow/tfjs-backend-wasm/dist/' });
}

/** The named backends, each tried once; `missing` is set on those that cannot be had here. */
export async function availableBackends(names: readonly Name[] = testBackendNames): Promise<TestBackend[]> {
  const backends: TestBackend[] = [];
  for (const name of names.filter((name) => testBackendNames.includes(name))) {
    const backend = { name, tolerance: name === 'webgpu' ? 1e-3 : 1e-5 };
    try {
      await useTestBackend(name);
      backends.push(backend);
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      backends.push({ ...backend, missing: `${error.reason}${howToGet[name] ?? ''}` });
    }
  }
  return backends;
}

/**
 * One `describe` per backend, with that backend active; a missing one is skipped under a name that the
 * reporter in skip-reporter.ts prints: `SKIPPED backend webgpu in Node: no GPU adapter was found; ...`.
 */
export async function eachBackend(
  ...args: [body: (backend: TestBackend) => void] | [names: readonly Name[], body: (backend: TestBackend) => void]
): Promise<void> {
  const [names, body] = args.length === 2 ? args : [testBackendNames, args[0]];
  for (const backend of await availableBackends(names)) {
    if (backend.missing) {
      const where = inNode ? 'in Node' : 'in the browser';
      describe.skip(`SKIPPED backend ${backend.name} ${where}: ${backend.missing}`, () => body(backend));
      continue;
    }
    describe(backend.name, () => {
      beforeAll(async () => {
        await useTestBackend(backend.name);
      });
      body(backend);
    });
  }
}

const howToGet: Partial<Record<Name, string>> = inNode
  ? {
      webgpu: '; for a software GPU: apt-get install libvulkan1 chromium',
      node: ', or set NODE_PATH to a node_modules folder that has it',
    }
  : { webgpu: '; use a Chromium whose WebGPU works, SwiftShader will do' };
