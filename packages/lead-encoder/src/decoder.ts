import { conv1d, convTranspose1d } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import { decoderLayer } from './parameters.ts';
import { type Parameters, resInception } from './res-inception.ts';
import type { TokenizerConfig } from './tokenizer-config.ts';

/**
 * The decoder: quantized points back to a z-scored signal, all leads together.
 *
 * @param codes [B, codes, dimensions], values as the quantizer gives them
 * @returns [B, leads, samples]
 * @throws Error when the configuration has no decoder
 */
export function decode(codes: tf.Tensor3D, parameters: Parameters, config: TokenizerConfig): tf.Tensor3D {
  const { decoder, encoder, leads, samples } = config;
  const { variant, groups } = encoder;
  if (!decoder) throw new Error('this tokenizer has no decoder: its weights hold the encoder only');
  return tf.tidy(() => {
    const [batch, steps, dimensions] = codes.shape;
    const points = tf.reshape(codes, [batch * steps, dimensions]) as tf.Tensor2D; // [B * T', D]
    const expanded = tf.matMul(points, parameters('dec.expand.weight') as tf.Tensor2D, false, true); // [B * T', C]
    let h = tf.reshape(tf.add(expanded, parameters('dec.expand.bias')), [
      batch,
      steps,
      decoder.channels,
    ]) as tf.Tensor3D;
    for (let i = 0; i < encoder.blocks; i++) {
      const doubled = convTranspose1d(h, parameters(`dec.up.${i}.weight`) as tf.Tensor3D, {
        stride: 2,
        padding: 1,
        outputPadding: 1,
      }); // [B, 2 T, C]
      h = tf.add(doubled, parameters(`dec.up.${i}.bias`));
      for (let j = 0; j < decoder.depth; j++) {
        h = resInception(h, decoderLayer(i, j), parameters, { variant, groups }); // [B, 2 T, C]
      }
    }
    const mixed = conv1d(h, parameters('dec.final.weight') as tf.Tensor3D);
    const signal = tf.add(mixed, parameters('dec.final.bias')) as tf.Tensor3D; // [B, T, leads]
    const cropped = tf.slice(signal, [0, 0, 0], [batch, Math.min(samples, signal.shape[1]), leads.length]); // [B, samples, leads]
    return tf.transpose(cropped, [0, 2, 1]) as tf.Tensor3D;
  });
}
