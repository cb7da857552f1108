import * as tf from '@tensorflow/tfjs-core';
import type { KeysAndValues } from './attention.ts';
import { decode, head, type Model } from './decoder.ts';
import { type Batch, scoredPositions } from './loss.ts';
import { growsWithText } from './rope-scaling.ts';

/**
 * log softmax of the scores at the labels that are not -100, row by row.
 *
 * Rows without padding that begin alike are begun once, and each goes on with the keys and values of that beginning; not
 * where what follows would change them.
 *
 * @param batch checked by the caller
 * @param mask [B][T]
 * @returns [M]
 */
export function logProbabilities(model: Model, { inputIds, labels, vectors }: Batch, mask: number[][]): tf.Tensor1D {
  const { vocabSize, ropeScaling } = model.config;
  const { rows, targets } = scoredPositions(labels, vocabSize);
  const [batch, length] = [inputIds.length, inputIds[0].length];
  const padded = mask.some((row) => row.includes(0));
  const first = rows.reduce((least, row) => Math.min(least, row % length), length);
  const shared = padded || vectors || growsWithText(ropeScaling) ? 0 : Math.min(first, commonStart(inputIds));
  const past = shared > 0 ? begun(model, inputIds[0].slice(0, shared), batch) : undefined;

  const rest = inputIds.map((row) => row.slice(shared));
  const { hidden } = decode(model, rest, mask, past, undefined, vectors); // [B * (T - shared), D]
  const places = rows.map((row) => Math.floor(row / length) * (length - shared) + (row % length) - shared);
  const scores = tf.logSoftmax(head(model, tf.gather(hidden, tf.tensor1d(places, 'int32')))); // [M, V]
  const wanted = tf.oneHot(tf.tensor1d(targets, 'int32'), vocabSize); // [M, V]
  return tf.sum(tf.mul(scores, wanted), -1);
}

/** How many ids all rows begin with. */
function commonStart([one, ...others]: number[][]): number {
  const differs = one.findIndex((id, t) => others.some((row) => row[t] !== id));
  return differs < 0 ? one.length : differs;
}

/** Keys and values of a beginning, the same for every row of a batch: [B, KV, shared, headDim]. */
function begun(model: Model, ids: number[], batch: number): KeysAndValues[] {
  const { cache } = decode(model, [ids], [ids.map(() => 1)]);
  const forAll = (x: tf.Tensor4D) => tf.tile(x, [batch, 1, 1, 1]);
  return cache.map(({ keys, values }) => ({ keys: forAll(keys), values: forAll(values) }));
}
