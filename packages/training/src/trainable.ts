import type { Llama } from '@heartllm/lora-llm';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from './gradients.ts';

/**
 * What learns. 'pretrain': LoRA, norms and embeddings, as in the published stage 2. 'finetune': LoRA and norms, as in
 * stage 3. 'all': every weight, for a model that starts from nothing and has no base to keep.
 */
export type TrainableSet = 'pretrain' | 'finetune' | 'all';

/**
 * Whether the embeddings of the ECG codes learn. 'auto': as {@link TrainableSet} says. 'trained': also in stage 3 with LoRA,
 * where those of text stay as they are. 'frozen': never; of a model that all of trains, everything else does.
 */
export type EcgEmbeddings = 'auto' | 'trained' | 'frozen';

const EMBEDDINGS = /(embed_tokens|lm_head)\.weight$/;

/**
 * Chooses which weights of a model learn; a projector always does.
 *
 * @returns what is to be done to the gradients of a step, where of the embeddings some rows learn only
 */
export function chooseTrainable(
  llama: Llama,
  vocabulary: EcgVocabulary,
  set: TrainableSet,
  ecgEmbeddings: EcgEmbeddings = 'auto',
): ((gradients: Gradients) => Gradients) | undefined {
  const ecg = ecgEmbeddings === 'auto' ? set !== 'finetune' : ecgEmbeddings === 'trained';
  // the published stage 2, which sees no text, moves its rows as well
  const text = set === 'all' || (set === 'pretrain' && ecg);
  llama.setTrainable((name) =>
    EMBEDDINGS.test(name) ? ecg || text : set === 'all' || /\.lora_[AB]\.|norm\.weight$|^projector\./.test(name),
  );
  if (ecg === text) return undefined;
  const { firstCodeId, codes } = vocabulary;
  return (gradients) =>
    new Map([...gradients].map(([name, gradient]) => [name, EMBEDDINGS.test(name) ? kept(gradient) : gradient]));

  /** Zero in the rows that do not learn. */
  function kept(gradient: tf.Tensor): tf.Tensor {
    const rows = tf.range(0, gradient.shape[0], 1, 'int32');
    const isCode = tf.logicalAnd(tf.greaterEqual(rows, firstCodeId), tf.less(rows, firstCodeId + codes)); // [V]
    const learns = tf.cast(ecg ? isCode : tf.logicalNot(isCode), 'float32');
    return tf.mul(gradient, tf.expandDims(learns, 1));
  }
}
