import type { EcgVocabulary } from './vocabulary.ts';

/** Rows of equal length, padded on the left. */
export interface PromptBatch {
  /** `[B, T]` ids, `<|PAD|>` on the left. */
  inputIds: number[][];
  /** `[B, T]` 1 for an id, 0 for padding. */
  attentionMask: number[][];
}

/** A batch with what is to be learned from it. */
export interface Batch extends PromptBatch {
  /** `[B, T]` the id itself where it counts for the loss, -100 elsewhere; the model shifts by one. */
  labels: number[][];
}

/** One sequence before padding; `labels` is as long as `ids`. */
export interface Row {
  ids: number[];
  labels: number[];
}

/** Where there is no loss: the value that PyTorch's cross-entropy ignores. */
export const IGNORED = -100;

/** A row of a prompt, on which there is no loss, and a target, on which there is. */
export function rowWithTarget(prompt: number[], target: number[]): Row {
  return { ids: [...prompt, ...target], labels: [...prompt.map(() => IGNORED), ...target] };
}

/**
 * Pads prompts of different lengths on the left, for generation.
 *
 * @param prompts ids of each, as `questionPrompt` and `reportPrompt` give them
 * @returns [B, T], T the length of the longest prompt
 */
export function padPrompts(vocabulary: EcgVocabulary, prompts: number[][]): PromptBatch {
  const length = longest(prompts);
  return {
    inputIds: prompts.map((ids) => padLeft(ids, length, vocabulary.padId)),
    attentionMask: prompts.map((ids) => padLeft(new Array(ids.length).fill(1), length, 0)),
  };
}

/** Pads rows of different lengths on the left, for training. */
export function padRows(vocabulary: EcgVocabulary, rows: Row[]): Batch {
  const ids = rows.map((row) => row.ids);
  const length = longest(ids);
  return {
    ...padPrompts(vocabulary, ids),
    labels: rows.map((row) => padLeft(row.labels, length, IGNORED)),
  };
}

function longest(rows: number[][]): number {
  return rows.reduce((length, row) => Math.max(length, row.length), 0);
}

function padLeft(values: number[], length: number, padding: number): number[] {
  return [...new Array(length - values.length).fill(padding), ...values];
}
