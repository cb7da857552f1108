import * as tf from '@tensorflow/tfjs-core';
import { importPeer } from '../unavailable.ts';

/**
 * Loads the wasm backend (XNNPACK). It uses threads only in pages that are cross-origin isolated, never in Node
 * (tfjs issue 3830).
 *
 * @param wasmPaths where its .wasm files are served, ending in '/'.
 */
export async function loadWasm(wasmPaths: string | undefined): Promise<() => Promise<string>> {
  const wasm = await importPeer('wasm', '@tensorflow/tfjs-backend-wasm', () => import('@tensorflow/tfjs-backend-wasm'));
  // refused by tfjs once the module is running, when the path no longer matters
  if (wasmPaths && !tf.findBackend('wasm')) wasm.setWasmPaths(wasmPaths);
  return async () => {
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const threads = (await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')) ? wasm.getThreadsCount() : 1;
    return `WebAssembly${simd ? ' SIMD' : ''}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  };
}
