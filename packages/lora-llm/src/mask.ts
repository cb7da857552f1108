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

/**
 * Neighbouring queries and the keys they may look at: none after the last query, so that of all pairs of a long text
 * little more than half is computed.
 */
export interface Span {
  /** The first query, counted among the new tokens. */
  from: number;
  /** The query after the last. */
  to: number;
  /** So many keys, from the first one on. */
  keys: number;
  /** [B or 1, 1, queries * heads, keys]: 0 where a query sees a key, a large negative number where not; null where every one sees all. */
  bias: tf.Tensor4D | null;
  /** [B, 1, queries * heads, 1]: 0 for queries that see no key at all (padding on the left), 1 elsewhere; null without such. */
  sighted: tf.Tensor4D | null;
}

// far below any score, yet its sum with one is finite on every backend
const hidden = -1e30;

/** Longer spans compute more that nobody sees, shorter ones are more calls. */
const longestSpan = 128;

/**
 * Causal attention over keys that are not padding, for the last `queries` tokens.
 *
 * A query without any key attends to nothing: its attention output is 0, as in PyTorch's scaled_dot_product_attention.
 *
 * @param mask [B][S], 1 for tokens and 0 for padding, S the number of keys.
 * @param heads query heads that share a key head: so many rows of the bias in a row are the same.
 */
export function attentionMask(mask: number[][], queries: number, heads: number): Span[] {
  const spans = Math.ceil(queries / longestSpan);
  const bounds = Array.from({ length: spans + 1 }, (_, i) => Math.round((i * queries) / spans));
  return bounds.slice(1).map((to, i) => span(mask, queries, bounds[i], to, heads));
}

function span(mask: number[][], queries: number, from: number, to: number, heads: number): Span {
  const before = mask[0].length - queries; // keys that every query comes after
  const keys = before + to;
  const padded = mask.some((row) => row.indexOf(0) >= 0 && row.indexOf(0) < keys);
  if (to - from === 1 && !padded) return { from, to, keys, bias: null, sighted: null };
  const rows = padded ? mask : mask.slice(0, 1); // one causal triangle serves all rows without padding
  const perRow = (to - from) * heads;
  const bias = new Float32Array(rows.length * perRow * keys).fill(hidden);
  const sighted = new Float32Array(rows.length * perRow);
  rows.forEach((row, b) => {
    const open = Float32Array.from(row, (real) => (real ? 0 : hidden));
    for (let i = 0; i < perRow; i++) {
      const seen = before + from + Math.floor(i / heads) + 1;
      bias.set(open.subarray(0, seen), (b * perRow + i) * keys);
      if (row.indexOf(1) >= 0 && row.indexOf(1) < seen) sighted[b * perRow + i] = 1;
    }
  });
  return {
    from,
    to,
    keys,
    bias: tf.tensor4d(bias, [rows.length, 1, perRow, keys]),
    sighted: sighted.includes(0) ? tf.tensor4d(sighted, [rows.length, 1, perRow, 1]) : null,
  };
}
