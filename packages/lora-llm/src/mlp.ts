import * as tf from '@tensorflow/tfjs-core';
import type { Project } from './attention.ts';

/**
 * The SwiGLU feed-forward layer (Shazeer 2020): down(silu(gate(x)) * up(x)).
 *
 * @param x [N, D]
 * @returns [N, D]
 */
export function mlp(x: tf.Tensor2D, project: Project): tf.Tensor2D {
  return project('mlp.down_proj', swiglu(project('mlp.gate_proj', x), project('mlp.up_proj', x)));
}

/** silu(gate) * up, with silu(x) = x sigmoid(x); all [N, F]. */
export function swiglu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  const gated = tf.customGrad((_gate, _up, save) => {
    const open = tf.sigmoid(gate);
    const silu = tf.mul(gate, open);
    (save as tf.GradSaveFunc)([up, open, silu]);
    return {
      value: tf.mul(silu, up),
      gradFunc: (dy: tf.Tensor, [up, open, silu]: tf.Tensor[]) => {
        const slope = tf.add(open, tf.mul(silu, tf.sub(1, open))); // d silu / d gate
        return [tf.mul(tf.mul(dy, up), slope), tf.mul(dy, silu)];
      },
    };
  });
  return gated(gate, up) as tf.Tensor2D;
}
