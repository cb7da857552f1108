import * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from './config.ts';
import type { AttentionMask } from './mask.ts';
import { batchProduct } from './matmul.ts';
import { type Rotation, rotate } from './rope.ts';

/** Keys and values of one layer, each [B, KV, S, headDim]; a type and not an interface, so that tf.tidy accepts it. */
export type KeysAndValues = {
  keys: tf.Tensor4D;
  values: tf.Tensor4D;
};

/** A linear layer of the current decoder layer by name, with its LoRA: [N, in] to [N, out]. */
export type Project = (name: string, x: tf.Tensor2D) => tf.Tensor2D;

/** What the layers of one forward pass share. */
export interface Pass {
  batch: number;
  /** New tokens per row, T. */
  length: number;
  rotation: Rotation;
  mask: AttentionMask;
}

/**
 * Grouped-query attention (Ainslie et al. 2023).
 *
 * @param x [B * T, D]
 * @param past the layer's earlier keys and values, if any.
 * @returns the output [B * T, D] and all keys and values so far.
 */
export function attention(
  x: tf.Tensor2D,
  project: Project,
  config: LlamaConfig,
  { batch, length, rotation, mask }: Pass,
  past?: KeysAndValues,
): { output: tf.Tensor2D } & KeysAndValues {
  const { numAttentionHeads: heads, numKeyValueHeads: groups, headDim } = config;
  const rotated = (y: tf.Tensor2D, count: number) =>
    rotate(tf.reshape(y, [batch * length, count, 2, headDim / 2]) as tf.Tensor4D, rotation);
  const headsFirst = (y: tf.Tensor, count: number) =>
    tf.transpose(tf.reshape(y, [batch, length, count, headDim]), [0, 2, 1, 3]) as tf.Tensor4D;

  const queries = headsFirst(rotated(project('self_attn.q_proj', x), heads), heads); // [B, H, T, headDim]
  let keys = headsFirst(rotated(project('self_attn.k_proj', x), groups), groups); // [B, KV, T, headDim]
  let values = headsFirst(project('self_attn.v_proj', x), groups); // [B, KV, T, headDim]
  if (past) {
    keys = tf.concat([past.keys, keys], 2); // [B, KV, S, headDim]
    values = tf.concat([past.values, values], 2);
  }
  const seen = scaledDotProduct(queries, keys, values, mask); // [B, H, T, headDim]
  const joined = tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [batch * length, heads * headDim]) as tf.Tensor2D;
  return { output: project('self_attn.o_proj', joined), keys, values };
}

/**
 * softmax(q k^T / sqrt(headDim) + mask) v. The H / KV query heads that share a key head are stacked under one another,
 * so keys and values are never repeated.
 *
 * @param queries [B, H, T, headDim]
 * @param keys [B, KV, S, headDim]
 * @param values [B, KV, S, headDim]
 * @returns [B, H, T, headDim]
 */
export function scaledDotProduct(
  queries: tf.Tensor4D,
  keys: tf.Tensor4D,
  values: tf.Tensor4D,
  { bias, sighted }: AttentionMask,
): tf.Tensor4D {
  const [batch, heads, length, headDim] = queries.shape;
  const [, groups, keyCount] = keys.shape;
  const scale = 1 / Math.sqrt(headDim);
  const pairs = (x: tf.Tensor) => tf.reshape(x, [batch * groups, -1, x.shape[3] as number]) as tf.Tensor3D;
  const perHead = (x: tf.Tensor) => tf.reshape(x, [batch, heads, length, -1]) as tf.Tensor4D;

  const attend = tf.customGrad((_q, _k, _v, save) => {
    const [q, k, v] = [pairs(queries), pairs(keys), pairs(values)];
    const scores = perHead(tf.mul(batchProduct(q, k, false, true), scale)); // [B, H, T, S]
    let weights: tf.Tensor = tf.softmax(bias ? tf.add(scores, bias) : scores);
    if (sighted) weights = tf.mul(weights, sighted);
    const p = pairs(weights); // [B * KV, H / KV * T, S]
    (save as tf.GradSaveFunc)([q, k, v, p]);
    return {
      value: perHead(batchProduct(p, v)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [q, k, v, p] = saved as tf.Tensor3D[];
        const dOut = pairs(dy);
        const dP = batchProduct(dOut, v, false, true); // [B * KV, H / KV * T, S]
        const pdP = tf.mul(p, dP);
        const dScores = tf.mul(tf.sub(pdP, tf.mul(p, tf.sum(pdP, -1, true))), scale) as tf.Tensor3D;
        const shape = [batch, groups, keyCount, headDim];
        return [
          perHead(batchProduct(dScores, k)),
          tf.reshape(batchProduct(dScores, q, true), shape),
          tf.reshape(batchProduct(p, dOut, true), shape),
        ];
      },
    };
  });
  return attend(queries, keys, values) as tf.Tensor4D;
}
