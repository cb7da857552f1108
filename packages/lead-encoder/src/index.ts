/**
 * The lead-wise encoder and the decoder on TensorFlow.js, with gradients.
 *
 * ```ts
 * import { Generator, useBackend } from '@heartllm/backend';
 * import { LeadAutoencoder, publishedConfig } from '@heartllm/lead-encoder';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * await useBackend();
 * const network = LeadAutoencoder.create(publishedConfig, new Generator(0)); // or await LeadAutoencoder.load(source)
 * const points = network.encode(tf.randomNormal([1, 12, 5000])); // [1, 313, 4]
 * const signal = network.decode(tf.sigmoid(points)); // [1, 12, 5000]
 * ```
 */
export * from './config.ts';
export { LeadAutoencoder } from './lead-autoencoder.ts';
