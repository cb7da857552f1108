/**
 * GGUF files: metadata and packed tensors in, tensor by tensor; their block formats unpacked to the bit; files out.
 *
 * ```ts
 * import { dequantize, encodeGguf, openGguf, quantize } from '@heartllm/gguf';
 * import { memorySource } from '@heartllm/source';
 *
 * const values = new Float32Array(32).fill(0.5);
 * const bytes = encodeGguf({
 *   metadata: { 'general.architecture': { type: 'STRING', value: 'llama' } },
 *   tensors: { w: { type: 'Q8_0', shape: [1, 32], bytes: quantize('Q8_0', values) } },
 * });
 * const file = await openGguf(memorySource({ 'model.gguf': bytes }), 'model.gguf');
 * const { type, bytes: packed } = await file.read('w');
 * dequantize(type, packed, 32)[0]; // 0.499969482421875
 * ```
 */
export { dequantize } from './dequantize.ts';
export { encodeGguf, type GgufContent, type TensorInput, writeGguf } from './encode.ts';
export type { GgufArray, GgufValue, NumberType } from './metadata.ts';
export { type Gguf, openGguf } from './open.ts';
export { quantize } from './quantize.ts';
export type { PackedTensor, TensorInfo } from './tensor-info.ts';
export type { TensorType } from './tensor-types.ts';
