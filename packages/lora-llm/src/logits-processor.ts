import { LlamaError } from './errors.ts';
import type { TokenTrie } from './token-trie.ts';

/**
 * Changes the scores of the next token before one is chosen, as transformers' class of that name, but of one row at a time.
 *
 * @param generated ids written so far; the prompt, padded or not, is no part of it.
 * @param logits [V], may be changed in place.
 * @param row which of the batch.
 * @returns [V]; -Infinity for a token that must not come.
 */
export type LogitsProcessor = (generated: readonly number[], logits: Float32Array, row: number) => Float32Array;

/**
 * Lets only those tokens come that a function names, as transformers' `prefix_allowed_tokens_fn` does.
 *
 * @param allowed ids that may follow what was written so far, in any order; `row` is the place in the batch.
 * @throws LlamaError (while generating) for an id outside the vocabulary, and where none is allowed.
 */
export function prefixConstrained(
  allowed: (generated: readonly number[], row: number) => Iterable<number>,
): LogitsProcessor {
  return (generated, logits, row) => {
    const constrained = new Float32Array(logits.length).fill(Number.NEGATIVE_INFINITY);
    for (const id of allowed(generated, row)) {
      if (!(id in logits)) throw new LlamaError(`allowed: expected ids below ${logits.length}, found ${id}`);
      constrained[id] = logits[id];
    }
    return constrained;
  };
}

/**
 * Lets nothing be written but one of the sequences of a trie and then the end. A sequence is written to its end only where
 * `maxNewTokens` leaves room for it: one more than its length.
 *
 * Greedy decoding gives what it would give without, wherever that is a sequence of the trie.
 *
 * @param trie of ids of the model's vocabulary.
 * @param eosTokenId what ends a sequence, also one that is the beginning of a longer one.
 */
export function trieConstrained(trie: TokenTrie, eosTokenId: number): LogitsProcessor {
  return prefixConstrained((generated) => {
    const node = trie.at(generated);
    return [...(node?.next.keys() ?? []), ...(node?.sequence === undefined ? [] : [eosTokenId])];
  });
}

/**
 * The likeliest token after all processors, the first of equals as tf.argMax takes it.
 *
 * @throws LlamaError where the processors leave none.
 */
export function likeliest(
  processors: readonly LogitsProcessor[],
  generated: readonly number[],
  logits: Float32Array,
  row: number,
): number {
  const size = logits.length;
  let scores = logits;
  for (const process of processors) {
    scores = process(generated, scores, row);
    if (scores.length !== size) {
      throw new LlamaError(`logitsProcessor: expected ${size} logits in return, found ${scores.length}`);
    }
  }
  let best = -1;
  for (let id = 0; id < size; id++) {
    if (scores[id] > (best < 0 ? Number.NEGATIVE_INFINITY : scores[best])) best = id;
  }
  if (best < 0) {
    throw new LlamaError(`logitsProcessor: leaves no token to come as number ${generated.length + 1} of row ${row}`);
  }
  return best;
}
