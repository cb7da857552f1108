import { quote } from '@heartllm/source';
import type { AdapterConfig } from './adapter-config.ts';
import type { LlamaConfig } from './config.ts';
import { mismatch } from './errors.ts';
import { embeddingName, headName, moduleOf } from './parameters.ts';

/** Rows of a matrix that an adapter brings. */
export interface TokenRows {
  /** The base's name of the embeddings or the output layer. */
  name: string;
  ids: number[];
}

/**
 * Which rows of which matrix `trainable_token_indices` replace, and whether tied embeddings come apart by it: not where
 * the embeddings' rows are named, alone or with the same of the output layer.
 *
 * @param saved base weights that the adapter trains in full.
 * @throws LlamaError for other modules, ids that the base does not have, and matrices that are trained in full too.
 */
export function tokenRows(
  { vocabSize, tieWordEmbeddings: tied }: LlamaConfig,
  { file, tokenIndices, ensureWeightTying }: AdapterConfig,
  saved: string[],
): { rows: TokenRows[]; unties: boolean } {
  const place = { file, field: 'trainable_token_indices' };
  const byName = new Map<string, number[]>();
  for (const [end, ids] of tokenIndices) {
    const names = [embeddingName, headName].filter((name) => moduleOf(name).endsWith(end));
    if (!names.length) throw mismatch(place, 'embed_tokens or lm_head', quote(end));
    const outside = ids.find((id) => id < 0 || id >= vocabSize);
    if (outside !== undefined) {
      throw mismatch(place, `ids of the base's vocabulary of ${vocabSize} (vocab_size)`, String(outside));
    }
    for (const name of names) byName.set(name, ids);
  }
  const [embedding, head] = [embeddingName, headName].map((name) => byName.get(name));
  // rows of both at once are rows of one matrix, unless the output layer is trained in full
  const full = [...byName.keys()].find((name) => saved.includes(name));
  if (full || (tied && embedding && saved.includes(headName))) {
    const both = moduleOf(full ?? headName);
    throw mismatch(place, 'rows of what modules_to_save leaves out', `${both}, which it trains in full`);
  }
  const same = embedding && head && embedding.join() === head.join();
  if (!tied || !head || same) {
    if (tied) byName.delete(headName);
    return { rows: [...byName].map(([name, ids]) => ({ name, ids })), unties: false };
  }
  if (embedding && ensureWeightTying) {
    throw mismatch(place, 'the same ids for embed_tokens and lm_head (ensure_weight_tying)', 'others');
  }
  return { rows: [...byName].map(([name, ids]) => ({ name, ids })), unties: true };
}
