/**
 * The tokenizer on TensorFlow.js: the codec on any backend, and the quantizer as a trainable layer.
 *
 * ```ts
 * import { useBackend } from '@heartllm/backend';
 * import { loadTfTokenizer } from '@heartllm/fsq-tokenizer/tf';
 * await useBackend();
 * const tokenizer = await loadTfTokenizer(source);
 * const codes = await tokenizer.encode(record); // Int32Array(313)
 * ```
 */
export { quantizeStraightThrough } from './straight-through.ts';
export { loadTfTokenizer, TfEcgTokenizer } from './tf-ecg-tokenizer.ts';
