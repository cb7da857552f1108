import * as tf from '@tensorflow/tfjs-core';
import { LlamaError } from './errors.ts';
import { isFrozen } from './linear.ts';
import type { Vectors } from './projector.ts';

/** A left-padded batch; ids, mask and labels are [B][T]. */
export interface Batch {
  /** Of the vocabulary, 0..V-1; all rows of one length. */
  inputIds: number[][];
  /** 1 for tokens, 0 for padding; default all 1. */
  attentionMask?: number[][];
  /** The input ids again where the model is to learn them, -100 elsewhere; not shifted, as transformers takes them. */
  labels: number[][];
  /** In the place of words, for a model with a projector. */
  vectors?: Vectors;
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
 * Mean of -log softmax(hidden weight^T)[target]: output layer and cross-entropy in one.
 *
 * What is largest by far, a value per position and token of the vocabulary, is written three times and kept once; taken
 * apart, with softmax and one-hot targets in the gradient, it would be a dozen times.
 *
 * @param hidden [M, D]
 * @param weight [V, D], as torch.nn.Linear stores it.
 * @param targets M ids below V.
 */
export function crossEntropy(hidden: tf.Tensor2D, weight: tf.Tensor2D, targets: number[]): tf.Scalar {
  const [count] = hidden.shape;
  const [classes] = weight.shape;
  const frozen = isFrozen(weight);
  const loss = tf.customGrad((_hidden, _weight, save) => {
    const ids = tf.tensor1d(targets, 'int32');
    const logits = tf.matMul(hidden, weight, false, true); // [M, V]
    const highest = tf.max(logits, -1, true); // [M, 1]
    const exp = tf.exp(tf.sub(logits, highest)) as tf.Tensor2D; // [M, V]
    const total = tf.sum(exp, -1, true); // [M, 1]
    const wanted = tf.gather(weight, ids) as tf.Tensor2D; // [M, D]
    const chosen = tf.sum(tf.mul(hidden, wanted), -1, true); // [M, 1], the targets' logits
    (save as tf.GradSaveFunc)([hidden, exp, total, wanted, ids]);
    return {
      value: tf.mean(tf.sub(tf.add(tf.log(total), highest), chosen)) as tf.Scalar,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [hidden, exp, total, wanted, ids] = saved as tf.Tensor2D[];
        const share = tf.div(dy, count);
        // d loss / d logits is softmax less 1 at the target
        const dHidden = tf.mul(tf.sub(tf.div(tf.matMul(exp, weight), total), wanted), share); // [M, D]
        if (frozen) return [dHidden, tf.zerosLike(weight)];
        const part = tf.mul(hidden, share); // [M, D]
        const asked = tf.unsortedSegmentSum(part, tf.reshape(ids, [count]) as tf.Tensor as tf.Tensor1D, classes);
        return [dHidden, tf.sub(tf.matMul(exp, tf.div(part, total), true), asked)]; // [V, D]
      },
    };
  });
  return loss(hidden, weight) as tf.Scalar;
}
