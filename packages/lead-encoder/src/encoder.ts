import { conv1d } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import { type Parameters, padLeft, resInception } from './res-inception.ts';
import type { TokenizerConfig } from './tokenizer-config.ts';

/**
 * The lead-wise encoder: every lead through the same network, then all leads projected to one point per time step.
 *
 * @param x [B, leads, samples], z-scored
 * @param training of a causal encoder: normalize with the batch's statistics, which enter the running ones
 * @returns [B, codes, dimensions], before the quantizer's sigmoid or tanh
 */
export function encode(
  x: tf.Tensor3D,
  parameters: Parameters,
  config: TokenizerConfig,
  training: boolean,
): tf.Tensor3D {
  return tf.tidy(() => {
    const { blocks, channels, causal } = config.encoder;
    const form = { ...config.encoder, training };
    const [batch, leads, samples] = x.shape;
    let h = tf.reshape(x, [batch * leads, samples, 1]) as tf.Tensor3D; // [B * leads, T, 1]
    for (let i = 0; i < blocks; i++) {
      const mixed = resInception(h, `enc.blocks.${i}.0`, parameters, form); // [B * leads, T, C]
      const next = parameters(`enc.blocks.${i}.1.weight`) as tf.Tensor3D;
      // [B * leads, ceil(T / 2), C], from samples 2j-1 to 2j+1, or 2j-2 to 2j
      h = causal ? conv1d(padLeft(mixed, 2), next, { stride: 2 }) : conv1d(mixed, next, { stride: 2, padding: 1 });
    }
    h = resInception(h, 'enc.bottleneck', parameters, form); // [B * leads, T', C]
    const steps = h.shape[1];
    const byLead = tf.transpose(tf.reshape(h, [batch, leads, steps, channels]), [0, 2, 1, 3]); // [B, T', leads, C]
    const features = tf.reshape(byLead, [batch * steps, leads * channels]) as tf.Tensor2D; // [B * T', leads * C]
    const code = tf.matMul(features, parameters('enc.to_code.weight') as tf.Tensor2D, false, true);
    return tf.reshape(tf.add(code, parameters('enc.to_code.bias')), [batch, steps, config.levels.length]);
  });
}
