import { VocabularyError } from './error.ts';

/** One entry of `added_tokens` in a tokenizer.json. */
export interface AddedToken {
  /** Also the word's row in the model's embedding. */
  id: number;
  /** The word as it is written, '<|ecg_0|>'. */
  content: string;
  /** Matched only where it stands as a word of its own; false for the words added here. */
  single_word: boolean;
  /** Takes the blanks before it along; false for the words added here. */
  lstrip: boolean;
  /** Takes the blanks behind it along; false for the words added here. */
  rstrip: boolean;
  /** Looked for in the text after normalization, not before; false for the words added here. */
  normalized: boolean;
  /** A control word, left out of decoded text where that is asked for; true for the words added here. */
  special: boolean;
}

/** The parts of a Hugging Face tokenizer.json that matter here; everything else travels along unread. */
export interface TokenizerJson {
  /** Words that are matched before the model splits the text; none by default. */
  added_tokens?: AddedToken[];
  /** The BPE model. */
  model: {
    /** Words and their ids. */
    vocab: Record<string, number>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** Padding on the left of a batch. */
export const PAD_WORD = '<|PAD|>';
/** Opens the ECG codes in a prompt. */
export const START_ECG_WORD = '<|start_ecg|>';
/** Closes the ECG codes in a prompt. */
export const END_ECG_WORD = '<|end_ecg|>';

const FRAME_WORDS = [PAD_WORD, START_ECG_WORD, END_ECG_WORD];
/** The reference reserves two rows behind the codes and never uses them. */
const UNUSED_WORDS = ['<|ecg_mask|>', '<|ecg_infill|>'];
/** Far above any codebook in use; keeps a typing error from building a vocabulary of gigabytes. */
const MAX_CODES = 65_536;

/** The word of one ECG code, `<|ecg_0|>` for code 0. */
export function codeWord(code: number): string {
  return `<|ecg_${code}|>`;
}

/** An extended tokenizer.json with what was learned about it on the way. */
interface Extension<T> {
  tokenizerJson: T & { added_tokens: AddedToken[] };
  /** Every word with its id. */
  ids: Map<string, number>;
  codes: number;
}

/**
 * Adds the ECG vocabulary to a text tokenizer: `<|PAD|>`, `<|start_ecg|>`, `<|end_ecg|>` (those that are there
 * already keep their ids), then one word per ECG code, then two unused ids that the published weights reserve. With
 * Llama-3's tokenizer and 1296 codes that makes 128,256 + 3 + 1296 + 2 = 129,557.
 *
 * All are special `added_tokens`, which transformers, vLLM and llama.cpp read unchanged. The given object is left as it
 * is; the result shares its unchanged parts. A tokenizer that holds the same number of codes already comes back with the
 * same content.
 *
 * @param tokenizerJson a parsed tokenizer.json with a BPE model, of text or extended already
 * @param options `codes`: size of the ECG codebook, 1296 by default
 * @throws VocabularyError for a tokenizer.json without a word table, a number of codes outside 1..65,536, or a tokenizer
 *   that holds another number of codes
 */
export function extendTokenizer<T extends TokenizerJson>(
  tokenizerJson: T,
  { codes = 1296 }: { codes?: number } = {},
): T & {
  /** Those that were there, then the ECG's. */
  added_tokens: AddedToken[];
} {
  return extendVocabulary(tokenizerJson, codes).tokenizerJson;
}

/** As `extendTokenizer`; without `codes`, an extended tokenizer keeps the number that it has. */
export function extendVocabulary<T extends TokenizerJson>(tokenizerJson: T, wanted?: number): Extension<T> {
  const ids = wordIds(tokenizerJson);
  const present = countCodes(ids);
  const codes = wanted ?? (present || 1296);
  if (!Number.isInteger(codes) || codes < 1 || codes > MAX_CODES) {
    throw new VocabularyError(`codes: expected a whole number from 1 to ${MAX_CODES}, found ${codes}`);
  }
  const added = [...(tokenizerJson.added_tokens ?? [])];
  const codeWords = [...Array.from({ length: codes }, (_, code) => codeWord(code)), ...UNUSED_WORDS];

  if (present > 0) {
    const first = ids.get(codeWord(0))!;
    const complete = FRAME_WORDS.every((word) => ids.has(word));
    if (present !== codes || !complete || codeWords.some((word, i) => ids.get(word) !== first + i)) {
      throw new VocabularyError(
        `tokenizer.json: holds ${present} ECG codes already and cannot be extended to ${codes}; start from the text tokenizer`,
      );
    }
  } else {
    let next = vocabularySize(ids);
    for (const word of [...FRAME_WORDS.filter((frame) => !ids.has(frame)), ...codeWords]) {
      added.push(specialToken(next, word));
      ids.set(word, next++);
    }
  }
  return { tokenizerJson: { ...tokenizerJson, added_tokens: added }, ids, codes };
}

/** One more than the largest id: the number of embedding rows that a model with this tokenizer needs. */
export function vocabularySize(ids: Map<string, number>): number {
  let size = 0;
  for (const id of ids.values()) size = Math.max(size, id + 1);
  return size;
}

/** Every word of a tokenizer.json with its id, added words included. */
function wordIds(tokenizerJson: TokenizerJson): Map<string, number> {
  const vocab: unknown = tokenizerJson?.model?.vocab;
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    throw new VocabularyError('tokenizer.json: model.vocab must be a table from word to id (BPE)');
  }
  const added: unknown = tokenizerJson.added_tokens ?? [];
  if (!Array.isArray(added)) throw new VocabularyError('tokenizer.json: added_tokens must be a list');

  const ids = new Map<string, number>();
  const set = (word: unknown, id: unknown) => {
    if (typeof word !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
      throw new VocabularyError(`tokenizer.json: expected a word with a whole number as id, found ${word} with ${id}`);
    }
    ids.set(word, id);
  };
  for (const [word, id] of Object.entries(vocab)) set(word, id);
  for (const token of added) set(token?.content, token?.id);
  return ids;
}

/** How many ECG codes there are words for: 0 in a text tokenizer. */
function countCodes(ids: Map<string, number>): number {
  let codes = 0;
  while (ids.has(codeWord(codes))) codes++;
  return codes;
}

/** A special entry of `added_tokens`: matched as written and never part of decoded text. */
export function specialToken(id: number, content: string): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}
