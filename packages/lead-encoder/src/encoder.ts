import { conv1d } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import { type Parameters, resInception } from './res-inception.ts';
import type { TokenizerConfig } from './tokenizer-config.ts';

/**
 * The lead-wise encoder: every lead through the same network, then all leads projected to one point per time step.
 *
 * @param x [B, leads, samples], z-scored
 * @returns [B, codes, dimensions], before the quantizer's sigmoid or tanh
 */
export function encode(x: tf.Tensor3D, parameters: Parameters, config: TokenizerConfig): tf.Tensor3D {
  return tf.tidy(() => {
    const { variant, groups, blocks, channels } = config.encoder;
    const [batch, leads, samples] = x.shape;
    let h = tf.reshape(x, [batch * leads, samples, 1]) as tf.Tensor3D; // [B * leads, T, 1]
    for (let i = 0; i < blocks; i++) {
      const mixed = resInception(h, `enc.blocks.${i}.0`, parameters, variant, groups); // [B * leads, T, C]
      const next = parameters(`enc.blocks.${i}.1.weight`) as tf.Tensor3D;
      h = conv1d(mixed, next, { stride: 2, padding: 1 }); // [B * leads, ceil(T / 2), C]
    }
    h = resInception(h, 'enc.bottleneck', parameters, variant, groups); // [B * leads, T', C]
    const steps = h.shape[1];
    const byLead = tf.transpose(tf.reshape(h, [batch, leads, steps, channels]), [0, 2, 1, 3]); // [B, T', leads, C]
    const features = tf.reshape(byLead, [batch * steps, leads * channels]) as tf.Tensor2D; // [B * T', leads * C]
    const code = tf.matMul(features, parameters('enc.to_code.weight') as tf.Tensor2D, false, true);
    return tf.reshape(tf.add(code, parameters('enc.to_code.bias')), [batch, steps, config.levels.length]);
  });
}
