/**
 * ```ts
 * import { encodeSafetensors, openSafetensors } from '@heartllm/safetensors';
 * const bytes = encodeSafetensors({ w: { dtype: 'F16', shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) } });
 * const memory = { read: async (_: string, start = 0, end?: number) => bytes.slice(start, end), size: async () => bytes.length };
 * const file = await openSafetensors(memory, 'model.safetensors');
 * console.log(file.names, file.info('w')); // [ 'w' ] { dtype: 'F16', shape: [ 2, 2 ] }
 * console.log((await file.read('w')).data); // Float32Array(4) [ 1, 2, 3, 4 ]
 * ```
 */

export type { Source } from '@heartllm/source';
export { checksum } from './checksum.ts';
export { encodeSafetensors, type TensorInput } from './encode.ts';
export { SafetensorsError, TorchCheckpointError } from './errors.ts';
export type { Safetensors } from './file.ts';
export { openSafetensors } from './open.ts';
export type { Dtype, Tensor, TensorData, TensorInfo } from './tensor.ts';
export type { TorchValue } from './torch/names.ts';
export { TorchObject } from './torch/object.ts';
export { openTorchCheckpoint, type TorchCheckpoint } from './torch/open.ts';
export { TorchTensor } from './torch/tensor.ts';
export { writeSafetensors } from './write.ts';
