/**
 * ```ts
 * import { useBackend } from '@heartllm/backend';
 * const { name, device } = await useBackend(); // { name: 'wasm', device: 'WebAssembly' }
 * ```
 */
export {
  type BackendInfo,
  type BackendName,
  type BackendOptions,
  BackendUnavailableError,
  useBackend,
} from './use-backend.ts';
