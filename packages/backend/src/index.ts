/**
 * Chooses the TensorFlow.js backend and fills its gaps.
 *
 * ```ts
 * import { useBackend } from '@heartllm/backend';
 * const { name, device } = await useBackend(); // { name: 'wasm', device: 'WebAssembly SIMD, 1 thread', ... }
 * ```
 */

export { Generator, type GeneratorState } from './generator.ts';
export * from './nn/index.ts';
export { BackendUnavailableError } from './unavailable.ts';
export { type BackendInfo, type BackendName, type BackendOptions, useBackend } from './use-backend.ts';
