/**
 * The network without tensors: its configuration, the names and shapes of its parameters, and their values in a model
 * folder. Nothing here imports TensorFlow.js.
 *
 * ```ts
 * import { encoderParameters, publishedConfig } from '@heartllm/lead-encoder/config';
 *
 * console.log(encoderParameters(publishedConfig)[0]);
 * // { name: 'enc.blocks.0.0.inc.b1.weight', shape: [ 8, 1, 3 ], init: { fanIn: 3 } }
 * ```
 */
export { decoderLayer, decoderParameters, encoderParameters, type ParameterSpec } from './parameters.ts';
export { readWeights, type TokenizerWeights } from './read-weights.ts';
export * from './tokenizer-config.ts';
