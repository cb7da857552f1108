import * as tf from '@tensorflow/tfjs-core';

/**
 * Each token's position, counted from the first token that is not padding; padding gets 0.
 *
 * @param mask [B][S], 1 for tokens and 0 for padding.
 * @param from the first column wanted.
 * @returns [B * (S - from)]
 */
export function positions(mask: number[][], from = 0): Int32Array {
  const width = mask[0].length - from;
  const places = new Int32Array(mask.length * width);
  mask.forEach((row, b) => {
    let seen = 0;
    row.forEach((real, s) => {
      seen += real;
      if (s >= from) places[b * width + s - from] = Math.max(0, seen - 1);
    });
  });
  return places;
}

/** Which keys each query may look at. */
export interface AttentionMask {
  /** [B, 1, T, S]: 0 where a query sees a key, a large negative number where not; null where every one sees all. */
  bias: tf.Tensor4D | null;
  /** [B, 1, T, 1]: 0 for queries that see no key at all (padding on the left), 1 elsewhere; null without such. */
  sighted: tf.Tensor4D | null;
}

// far below any score, yet its sum with one is finite on every backend
const hidden = -1e30;

/**
 * Causal attention over keys that are not padding, for the last `queries` tokens.
 *
 * A query without any key attends to nothing: its attention output is 0, as in PyTorch's scaled_dot_product_attention.
 *
 * @param mask [B][S], 1 for tokens and 0 for padding, S the number of keys.
 */
export function attentionMask(mask: number[][], queries: number): AttentionMask {
  const keys = mask[0].length;
  const padded = mask.some((row) => row.includes(0));
  if (queries === 1 && !padded) return { bias: null, sighted: null };
  const rows = padded ? mask : mask.slice(0, 1); // one causal triangle serves all rows without padding
  const bias = new Float32Array(rows.length * queries * keys);
  const sighted = new Float32Array(rows.length * queries);
  let at = 0;
  rows.forEach((row, b) => {
    for (let t = 0; t < queries; t++) {
      const last = keys - queries + t;
      for (let s = 0; s < keys; s++, at++) {
        if (s <= last && row[s]) sighted[b * queries + t] = 1;
        else bias[at] = hidden;
      }
    }
  });
  return {
    bias: tf.tensor4d(bias, [rows.length, 1, queries, keys]),
    sighted: sighted.includes(0) ? tf.tensor4d(sighted, [rows.length, 1, queries, 1]) : null,
  };
}
