import * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from './config.ts';
import type { Span } from './mask.ts';
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
  /** Of all query heads. */
  queryRotation: Rotation;
  /** Of all key heads. */
  keyRotation: Rotation;
  spans: Span[];
  /** Is shown the weights of every layer, [B, H, T, S], in the layers' order; they go with the pass unless they are kept. */
  watch?: (weights: tf.Tensor4D) => void;
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
  { batch, length, queryRotation, keyRotation, spans, watch }: Pass,
  past?: KeysAndValues,
): { output: tf.Tensor2D } & KeysAndValues {
  const { numAttentionHeads: heads, numKeyValueHeads: groups, headDim } = config;
  const perGroup = (y: tf.Tensor2D) =>
    tf.transpose(tf.reshape(y, [batch, length, groups, y.shape[1] / groups]), [0, 2, 1, 3]) as tf.Tensor4D;

  // the H / KV query heads that share a key head lie side by side: [B, KV, T, H / KV * headDim]
  const queries = perGroup(rotate(project('self_attn.q_proj', x), queryRotation, headDim));
  let keys = perGroup(rotate(project('self_attn.k_proj', x), keyRotation, headDim)); // [B, KV, T, headDim]
  let values = perGroup(project('self_attn.v_proj', x)); // [B, KV, T, headDim]
  if (past) {
    keys = tf.concat([past.keys, keys], 2); // [B, KV, S, headDim]
    values = tf.concat([past.values, values], 2);
  }
  watch?.(attentionWeights(queries, keys, spans));
  const seen = scaledDotProduct(queries, keys, values, spans); // [B, KV, T, H / KV * headDim]
  const joined = tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [batch * length, heads * headDim]) as tf.Tensor2D;
  return { output: project('self_attn.o_proj', joined), keys, values };
}

/**
 * softmax(q k^T / sqrt(headDim) + mask) v, span by span of the queries.
 *
 * The query heads that share a key head are more queries of one time, so keys and values are never repeated.
 *
 * @param queries [B, KV, T, H / KV * headDim]
 * @param keys [B, KV, S, headDim]
 * @param values [B, KV, S, headDim]
 * @returns [B, KV, T, H / KV * headDim]
 */
export function scaledDotProduct(
  queries: tf.Tensor4D,
  keys: tf.Tensor4D,
  values: tf.Tensor4D,
  spans: Span[],
): tf.Tensor4D {
  const [batch, groups, count, headDim] = keys.shape;
  const heads = queries.shape[3] / headDim;
  const scale = 1 / Math.sqrt(headDim);
  const pairs = (x: tf.Tensor) => tf.reshape(x, [batch * groups, -1, headDim]) as tf.Tensor3D;
  const ofSpan = (x: tf.Tensor3D, { from, to }: Span) => rows(x, from * heads, to * heads);

  const attend = tf.customGrad((_q, _k, _v, save) => {
    const q = pairs(tf.mul(queries, scale)); // [B * KV, T * H / KV, headDim]
    const [k, v] = [pairs(keys), pairs(values)]; // [B * KV, S, headDim]
    const weights = spans.map((span) => spanWeights(ofSpan(q, span), k, span, batch)); // [B * KV, ., keys] each
    const seen = joined(spans.map((span, i) => tf.matMul(weights[i], rows(v, 0, span.keys))));
    (save as tf.GradSaveFunc)([q, k, v, seen, ...weights]);
    return {
      value: tf.reshape(seen, queries.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [q, k, v, seen, ...weights] = saved as tf.Tensor3D[];
        const dSeen = pairs(dy);
        const along = tf.sum(tf.mul(dSeen, seen), -1, true) as tf.Tensor3D; // of p dp over the keys, for every query
        const parts = spans.map((span, i) => {
          const [p, d] = [weights[i], ofSpan(dSeen, span)];
          const dP = tf.matMul(d, rows(v, 0, span.keys), false, true);
          const dScores = tf.mul(p, tf.sub(dP, ofSpan(along, span))) as tf.Tensor3D;
          return {
            dQ: tf.matMul(dScores, rows(k, 0, span.keys)),
            dK: extended(tf.matMul(dScores, ofSpan(q, span), true) as tf.Tensor3D, count),
            dV: extended(tf.matMul(p, d, true) as tf.Tensor3D, count),
          };
        });
        return [
          tf.reshape(tf.mul(joined(parts.map(({ dQ }) => dQ)), scale), queries.shape),
          tf.reshape(tf.addN(parts.map(({ dK }) => dK)), keys.shape),
          tf.reshape(tf.addN(parts.map(({ dV }) => dV)), values.shape),
        ];
      },
    };
  });
  return attend(queries, keys, values) as tf.Tensor4D;
}

/**
 * What {@link scaledDotProduct} weighs the values with, which keeps it span by span: for those who want to see it.
 *
 * @param queries [B, KV, T, H / KV * headDim]
 * @param keys [B, KV, S, headDim]
 * @returns [B, H, T, S], rows that sum to 1, or to 0 for a query that sees no key.
 */
export function attentionWeights(queries: tf.Tensor4D, keys: tf.Tensor4D, spans: Span[]): tf.Tensor4D {
  const [batch, groups, count, headDim] = keys.shape;
  const [, , length, width] = queries.shape;
  const heads = width / headDim; // per key head
  return tf.tidy(() => {
    const q = tf.reshape(tf.mul(queries, 1 / Math.sqrt(headDim)), [batch * groups, length * heads, headDim]);
    const k = tf.reshape(keys, [batch * groups, count, headDim]) as tf.Tensor3D;
    const parts = spans.map((span) => {
      const weights = spanWeights(rows(q as tf.Tensor3D, span.from * heads, span.to * heads), k, span, batch);
      const zeros = count - span.keys;
      return zeros === 0
        ? weights
        : tf.pad(weights, [
            [0, 0],
            [0, 0],
            [0, zeros],
          ]);
    });
    const all = tf.reshape(joined(parts), [batch * groups, length, heads, count]);
    return tf.reshape(tf.transpose(all, [0, 2, 1, 3]), [batch, groups * heads, length, count]) as tf.Tensor4D;
  });
}

/**
 * softmax(q k^T + mask) of one span.
 *
 * @param q [B * KV, queries * H / KV, headDim], of the span, scaled
 * @param k [B * KV, S, headDim]
 * @returns [B * KV, queries * H / KV, keys]
 */
function spanWeights(q: tf.Tensor3D, k: tf.Tensor3D, { keys, bias, sighted }: Span, batch: number): tf.Tensor3D {
  const scores = tf.matMul(q, rows(k, 0, keys), false, true);
  const perRow = tf.reshape(scores, [batch, k.shape[0] / batch, -1, keys]);
  const p = tf.softmax(bias ? tf.add(perRow, bias) : perRow);
  return tf.reshape(sighted ? tf.mul(p, sighted) : p, [k.shape[0], -1, keys]);
}

/** [P, N, D] -> [P, last - first, D] */
function rows(x: tf.Tensor3D, first: number, last: number): tf.Tensor3D {
  const [count, length, width] = x.shape;
  return last - first === length ? x : tf.slice(x, [0, first, 0], [count, last - first, width]);
}

/** Of the spans' rows, all rows. */
function joined(parts: tf.Tensor[]): tf.Tensor3D {
  return (parts.length === 1 ? parts[0] : tf.concat(parts, 1)) as tf.Tensor3D;
}

/** With rows of zeros at the end. [P, N, D] -> [P, length, D] */
function extended(x: tf.Tensor3D, length: number): tf.Tensor3D {
  const zeros = length - x.shape[1];
  if (zeros === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [0, zeros],
    [0, 0],
  ]) as tf.Tensor3D;
}
