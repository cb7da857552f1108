import * as tf from '@tensorflow/tfjs-core';
import { LlamaError } from './errors.ts';

/** A left-padded batch; all three are [B][T]. */
export interface Batch {
  inputIds: number[][];
  /** 1 for tokens, 0 for padding; default all 1. */
  attentionMask?: number[][];
  /** The input ids again where the model is to learn them, -100 elsewhere. */
  labels: number[][];
}

/** Labels with this value carry no loss. */
export const ignored = -100;

/**
 * Where next-token predictions are scored: label t is predicted at position t - 1.
 *
 * @returns `rows`: indices into the B * T positions; `targets`: the token id expected at each.
 */
export function scoredPositions(labels: number[][], vocabSize: number): { rows: number[]; targets: number[] } {
  const rows: number[] = [];
  const targets: number[] = [];
  labels.forEach((row, b) => {
    for (let t = 1; t < row.length; t++) {
      const label = row[t];
      if (label === ignored) continue;
      if (!Number.isInteger(label) || label < 0 || label >= vocabSize) {
        throw new LlamaError(`labels[${b}][${t}]: expected ${ignored} or an id below ${vocabSize}, found ${label}`);
      }
      rows.push(b * row.length + t - 1);
      targets.push(label);
    }
  });
  if (!rows.length) throw new LlamaError(`labels: expected at least one after the first column that is not ${ignored}`);
  return { rows, targets };
}

/**
 * Mean of -log softmax(logits)[target].
 *
 * @param logits [M, V]
 * @param targets M ids below V.
 */
export function crossEntropy(logits: tf.Tensor2D, targets: number[]): tf.Scalar {
  const [count, classes] = logits.shape;
  const loss = tf.customGrad((_logits, save) => {
    const flat = targets.map((target, i) => i * classes + target);
    const chosen = tf.gather(tf.reshape(logits, [-1]), tf.tensor1d(flat, 'int32')); // [M]
    (save as tf.GradSaveFunc)([logits as tf.Tensor]);
    return {
      value: tf.mean(tf.sub(tf.logSumExp(logits, -1), chosen)),
      gradFunc: (dy: tf.Tensor, [logits]: tf.Tensor[]) => {
        const hits = tf.oneHot(tf.tensor1d(targets, 'int32'), classes); // [M, V]
        return tf.mul(tf.sub(tf.softmax(logits), tf.cast(hits, 'float32')), tf.div(dy, count));
      },
    };
  });
  return loss(logits) as tf.Scalar;
}
