import * as tf from '@tensorflow/tfjs-core';
import type { KeysAndValues } from './attention.ts';
import { decode, head, type Model } from './decoder.ts';
import { LlamaError, mismatch } from './errors.ts';
import { type LogitsProcessor, likeliest } from './logits-processor.ts';
import type { Vectors } from './projector.ts';

/** How tokens are generated; names follow `generate` of transformers, in camel case. */
export interface GenerateOptions {
  /** Tokens to add at most; 0: none. */
  maxNewTokens: number;
  /** [B][T], 1 for tokens and 0 for padding (which is on the left); default all 1. */
  attentionMask?: number[][];
  /** In the place of words of the input, for a model with a projector. */
  vectors?: Vectors;
  /** A row ends with any of these; default the config's. */
  eosTokenId?: number | number[];
  /** Follows the end of a row until all rows end; default the config's, else the first eosTokenId. */
  padTokenId?: number;
  /** Ids whose scores as the first new token are wanted, and what takes them, [B][ids]: to weigh yes against no. */
  firstLogits?: {
    /** Of the vocabulary, 0..V-1, in any order. */
    ids: number[];
    /** Called once, with [B][ids]. */
    take(logits: number[][]): void;
  };
  /** Change the scores of every token before it is chosen, one after the other; `firstLogits` are those before. */
  logitsProcessor?: readonly LogitsProcessor[];
}

/**
 * Greedy decoding, one column of B new ids at a time, with a cache of keys and values.
 *
 * Ends after maxNewTokens columns or when every row has ended.
 *
 * @param inputIds [B][T], rows of one length, checked by the caller.
 * @param mask [B][T]
 */
export async function* greedy(
  model: Model,
  inputIds: number[][],
  mask: number[][],
  { maxNewTokens, eosTokenId, padTokenId, firstLogits, vectors, logitsProcessor = [] }: GenerateOptions,
): AsyncGenerator<number[]> {
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 0) {
    throw new LlamaError(`maxNewTokens: expected a whole number, found ${maxNewTokens}`);
  }
  if (mask.some((row) => !row.at(-1))) {
    throw new LlamaError('attentionMask: generation needs padding on the left, but a row ends with padding');
  }
  const ends = [eosTokenId ?? model.config.eosTokenIds].flat();
  const pad = padTokenId ?? model.config.padTokenId ?? ends[0];
  const { vocabSize } = model.config;
  // rows that have ended go on with it, while others are written
  if (inputIds.length > 1 && ends.length && !(Number.isInteger(pad) && pad >= 0 && pad < vocabSize)) {
    throw mismatch({ field: 'padTokenId' }, `an id below ${vocabSize}`, String(pad));
  }
  const ended = inputIds.map(() => false);
  const generated = inputIds.map((): number[] => []);
  // only where they are to be changed do all scores leave the device
  const whole = logitsProcessor.length > 0;
  let cache: KeysAndValues[] = [];
  let fresh = inputIds;
  let seen = mask;
  try {
    for (let step = 0; step < maxNewTokens; step++) {
      const past = cache;
      const wanted = step === 0 ? firstLogits : undefined;
      const next = tf.tidy(() =>
        past.length
          ? predict(model, fresh, seen, { past, whole })
          : predict(model, fresh, seen, { wanted: wanted?.ids, vectors, whole }),
      );
      cache = next.cache;
      tf.dispose(past);
      const read = await next.output.data();
      next.output.dispose();
      if (wanted && next.logits) {
        const logits = (await next.logits.array()) as number[][];
        next.logits.dispose();
        wanted.take(logits);
      }
      const column = generated.map((ids, b) => {
        if (ended[b]) return pad;
        if (!whole) return read[b];
        const size = read.length / generated.length;
        return likeliest(logitsProcessor, ids, read.slice(b * size, (b + 1) * size) as Float32Array, b);
      });
      column.forEach((id, b) => {
        generated[b].push(id);
        ended[b] ||= ends.includes(id);
      });
      yield column;
      if (ended.every(Boolean)) return;
      fresh = column.map((id) => [id]);
      seen = seen.map((row) => [...row, 1]);
    }
  } finally {
    tf.dispose(cache);
  }
}

/**
 * The likeliest id after each row, [B], or the whole scores, [B, V]; the scores of the wanted ids, [B, wanted]; the cache
 * for the step after it.
 */
function predict(
  model: Model,
  inputIds: number[][],
  mask: number[][],
  { past, wanted, vectors, whole }: { past?: KeysAndValues[]; wanted?: number[]; vectors?: Vectors; whole: boolean },
) {
  const { hidden, cache } = decode(model, inputIds, mask, past, undefined, vectors);
  const length = inputIds[0].length;
  const last = tf.gather(
    hidden,
    tf.tensor1d(
      inputIds.map((_, b) => (b + 1) * length - 1),
      'int32',
    ),
  ); // [B, D]
  const scores = head(model, last); // [B, V]
  const logits = wanted && (tf.gather(scores, tf.tensor1d(wanted, 'int32'), 1) as tf.Tensor2D); // [B, wanted]
  return { output: whole ? scores : tf.argMax(scores, -1), cache, logits };
}
