import type { LanguageModel } from '../language-model.ts';
import type { AskedText } from './asked-text.ts';
import { rollout } from './rollout.ts';

/** How much was looked at each code. A sum below 1 is the rest's: it went to words, most often to the first one. */
export interface AttentionMap {
  /** Of each layer, the first one first, the mean over its heads: [layers] of [codes], each value a share of 1. */
  layers: Float32Array[];
  /** Rolled out through all layers, [codes]; see {@link rollout}. */
  rollout: Float32Array;
}

/** The attention with which one token of an answer was chosen. */
export interface TokenAttention extends AttentionMap {
  /** The token, '' for the end of text. */
  text: string;
}

/** Of a whole answer: the mean over its tokens. */
export interface AnswerAttention extends AttentionMap {
  /** In the order of writing, the end of text included if it came. */
  tokens: TokenAttention[];
}

/**
 * Attention over the codes of an ECG while an answer was written: for each of its tokens that of the token before, from which it
 * was predicted.
 */
export async function answerAttention(language: LanguageModel, asked: AskedText): Promise<AnswerAttention> {
  const { prompt, answer, firstCode, ecg } = asked;
  const ids = [...prompt, ...answer]; // [T]
  const layers = await language.meanAttentions(ids, ecg); // [T * T] each
  const rows = answer.map((_, i) => prompt.length - 1 + i);
  const rolled = rollout(layers, ids.length, rows); // [answer][T]
  const onCodes = (row: ArrayLike<number>, from: number) =>
    Float32Array.from({ length: ecg.codes.length }, (_, code) => row[from + firstCode + code]);
  const tokens = rows.map((row, i) => ({
    text: language.vocabulary.decodeText([answer[i]]),
    layers: layers.map((layer) => onCodes(layer, row * ids.length)),
    rollout: onCodes(rolled[i], 0),
  }));
  return {
    layers: layers.map((_, l) => mean(tokens.map((token) => token.layers[l]))),
    rollout: mean(tokens.map((token) => token.rollout)),
    tokens,
  };
}

function mean(rows: Float32Array[]): Float32Array {
  return rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
}
