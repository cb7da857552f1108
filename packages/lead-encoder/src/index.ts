/**
 * ```ts
 * import { LeadAutoencoder } from '@heartllm/lead-encoder';
 * const network = await LeadAutoencoder.load(source, 'ecg-tokenizer');
 * const points = network.encode(signal); // [B, 12, 5000] -> [B, 313, 4]
 * ```
 */
export * from './config.ts';
export { LeadAutoencoder } from './lead-autoencoder.ts';
export { decoderParameters, encoderParameters, type ParameterSpec } from './parameters.ts';
