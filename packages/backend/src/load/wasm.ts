import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailableError, peerMissing } from '../unavailable.ts';

/**
 * Loads the wasm backend (XNNPACK), on one thread everywhere. In a page that is cross-origin isolated tfjs would start
 * threads from the source text of its own code: a minifier's shorter names break them, a content-security policy
 * refuses them, and tfjs then waits for ever. The products that take the time are on kernels of ours, which use none.
 *
 * @param wasmPaths where its .wasm files are served, ending in '/'.
 */
export async function loadWasm(wasmPaths: string | undefined): Promise<() => Promise<string>> {
  const wasm = await importWasm();
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  // refused by tfjs once the module is running, when the path no longer matters
  if (wasmPaths && !tf.findBackend('wasm')) {
    try {
      wasm.setWasmPaths(wasmPaths);
    } catch {
      throw new BackendUnavailableError(
        'wasm',
        'it could not be started before, and tfjs tries once: load the page again',
      );
    }
  }
  return async () => `WebAssembly${(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? ' SIMD' : ''}, 1 thread`;
}

async function importWasm(): Promise<typeof import('@tensorflow/tfjs-backend-wasm')> {
  try {
    return await import('@tensorflow/tfjs-backend-wasm');
  } catch (error) {
    throw peerMissing('wasm', '@tensorflow/tfjs-backend-wasm', error);
  }
}
