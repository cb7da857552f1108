import { bytesByCharacter } from './byte-level.ts';
import { VocabularyError } from './error.ts';
import { TextTokenizer } from './text-tokenizer.ts';
import {
  codeWord,
  END_ECG_WORD,
  extendVocabulary,
  PAD_WORD,
  START_ECG_WORD,
  type TokenizerJson,
  vocabularySize,
} from './tokenizer-json.ts';

/** How to read a tokenizer.json whose words are not Llama-3's; both names stand in tokenizer_config.json. */
export interface VocabularyOptions {
  /** Size of the ECG codebook; by default as many codes as the tokenizer holds, and 1296 for a text tokenizer. */
  codes?: number;
  /** Beginning of text, `<|begin_of_text|>` by default. */
  bosToken?: string;
  /** End of text, `<|end_of_text|>` by default. */
  eosToken?: string;
}

/**
 * The vocabulary of a language model that reads ECGs: words of text, and one word per ECG code above them.
 *
 * @throws VocabularyError (constructor) for a tokenizer.json that `extendTokenizer` refuses or that lacks the
 *   beginning or end of text
 */
export class EcgVocabulary {
  /** The extended tokenizer.json, ready to be saved beside the model. */
  readonly tokenizerJson: TokenizerJson;
  /** Size of the ECG codebook. */
  readonly codes: number;
  /** Number of ids, and so of embedding rows. */
  readonly size: number;
  /** The word that begins every text, '<|begin_of_text|>' by default. */
  readonly bosToken: string;
  /** The word that ends an answer, '<|end_of_text|>' by default. */
  readonly eosToken: string;
  /** Id of `bosToken`: 128000 with Llama-3's tokenizer. */
  readonly bosId: number;
  /** Id of `eosToken`: 128001 with Llama-3's tokenizer. Generation stops at it. */
  readonly eosId: number;
  /** Id of `<|PAD|>`, which fills a batch on the left and is masked out. */
  readonly padId: number;
  /** Id of `<|start_ecg|>`, before the codes. */
  readonly startEcgId: number;
  /** Id of `<|end_ecg|>`, behind the codes. */
  readonly endEcgId: number;
  /** Id of ECG code 0; code i has id firstCodeId + i. */
  readonly firstCodeId: number;
  readonly #text: TextTokenizer;
  readonly #control: Set<number>;

  /** @param tokenizerJson a parsed tokenizer.json, extended already or still of text only */
  constructor(tokenizerJson: TokenizerJson, options: VocabularyOptions = {}) {
    const { bosToken = '<|begin_of_text|>', eosToken = '<|end_of_text|>' } = options;
    const { tokenizerJson: extended, ids, codes } = extendVocabulary(tokenizerJson, options.codes);
    const idOf = (word: string) => {
      const id = ids.get(word);
      if (id === undefined) throw new VocabularyError(`tokenizer.json: has no word ${JSON.stringify(word)}`);
      return id;
    };
    this.tokenizerJson = extended;
    this.codes = codes;
    this.size = vocabularySize(ids);
    this.bosToken = bosToken;
    this.eosToken = eosToken;
    this.bosId = idOf(bosToken);
    this.eosId = idOf(eosToken);
    this.padId = idOf(PAD_WORD);
    this.startEcgId = idOf(START_ECG_WORD);
    this.endEcgId = idOf(END_ECG_WORD);
    this.firstCodeId = idOf(codeWord(0));

    const frame = [this.padId, this.startEcgId, this.endEcgId, this.bosId, this.eosId];
    const special = extended.added_tokens.filter((token) => token.special).map((token) => token.id);
    this.#control = new Set([...frame, ...special]);
    // Without the control words, text that spells one stays text: a question cannot end its own prompt.
    const textWords = extended.added_tokens.filter((token) => !this.#control.has(token.id));
    this.#text = new TextTokenizer({ ...extended, added_tokens: textWords });
  }

  /** The tokenizer_config.json that goes with `tokenizerJson`, as transformers reads it. */
  tokenizerConfig(): Record<string, string | boolean> {
    return {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: this.bosToken,
      eos_token: this.eosToken,
      pad_token: PAD_WORD,
      padding_side: 'left',
      clean_up_tokenization_spaces: false,
    };
  }

  /** Ids of a text, without beginning or end of text; control words spelled in the text are encoded as plain text. */
  encodeText(text: string): number[] {
    return this.#text.encode(text);
  }

  /**
   * The text of ids, without control words and ECG codes.
   *
   * @throws VocabularyError for an id outside the vocabulary
   */
  decodeText(ids: ArrayLike<number>): string {
    const text = Array.from(ids).filter((id, i) => {
      if (!Number.isInteger(id) || id < 0 || id >= this.size) {
        throw new VocabularyError(`ids[${i}]: expected an id from 0 to ${this.size - 1}, found ${id}`);
      }
      return !this.#control.has(id);
    });
    return text.length === 0 ? '' : this.#text.decode(text);
  }

  /**
   * What each word of text stands for, in bytes of UTF-8, by id; control words and ECG codes stand for nothing. A word may
   * be a part of a character, so bytes can be joined where texts cannot.
   *
   * @throws VocabularyError where words are not written byte by byte, as GPT-2's and Llama-3's are
   */
  wordBytes(): Map<number, Uint8Array> {
    const bytes = new Map<number, Uint8Array>();
    const alphabet = bytesByCharacter();
    const { added_tokens, model } = this.tokenizerJson;
    const added = new Set(added_tokens?.map(({ id }) => id));
    for (const [word, id] of Object.entries(model.vocab)) {
      if (this.#control.has(id) || added.has(id)) continue;
      const written = Array.from(word, (character) => alphabet.get(character) ?? -1);
      if (written.includes(-1)) {
        throw new VocabularyError(`tokenizer.json: expected words of a byte-level BPE, found ${JSON.stringify(word)}`);
      }
      bytes.set(id, Uint8Array.from(written));
    }
    for (const { id, content } of added_tokens ?? []) {
      if (!this.#control.has(id)) bytes.set(id, new TextEncoder().encode(content));
    }
    return bytes;
  }
}

/**
 * Language model ids of ECG codes.
 *
 * @param codes 0..vocabulary.codes-1
 * @throws VocabularyError for a value that is no code, naming its index
 */
export function codesToIds(vocabulary: EcgVocabulary, codes: ArrayLike<number>): number[] {
  return Array.from(codes, (code, i) => {
    if (!Number.isInteger(code) || code < 0 || code >= vocabulary.codes) {
      throw new VocabularyError(`codes[${i}]: expected an ECG code from 0 to ${vocabulary.codes - 1}, found ${code}`);
    }
    return vocabulary.firstCodeId + code;
  });
}

/**
 * ECG codes of language model ids, 0..vocabulary.codes-1.
 *
 * @throws VocabularyError for an id that is not an ECG code's, naming its index
 */
export function idsToCodes(vocabulary: EcgVocabulary, ids: ArrayLike<number>): number[] {
  const { firstCodeId, codes } = vocabulary;
  return Array.from(ids, (id, i) => {
    if (!Number.isInteger(id) || id < firstCodeId || id >= firstCodeId + codes) {
      throw new VocabularyError(
        `ids[${i}]: expected the id of an ECG code, ${firstCodeId} to ${firstCodeId + codes - 1}, found ${id}`,
      );
    }
    return id - firstCodeId;
  });
}
