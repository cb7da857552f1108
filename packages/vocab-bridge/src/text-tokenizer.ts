import { Tokenizer } from '@huggingface/tokenizers';
import { AddedWords } from './added-words.ts';
import type { TokenizerJson } from './tokenizer-json.ts';

/** What is used of @huggingface/tokenizers, written down because its own types do not resolve under NodeNext. */
interface Library {
  normalizer: ((text: string) => string) | null;
  pre_tokenizer: PreTokenizer | null;
  /** Words, as the vocabulary spells them, of runs of text. */
  model: ((runs: string[]) => string[]) & { tokens_to_ids: Map<string, number>; unk_token_id?: number };
  /** Throws for an empty list. */
  decode(ids: number[]): string;
}

interface PreTokenizer {
  (text: string, options: { section_index: number }): string[];
  pre_tokenize(text: string): string[];
}

/** Text to ids and back, without any word that begins or ends a text. */
export class TextTokenizer {
  readonly #library: Library;
  readonly #added: AddedWords;

  /** Decoding gives exactly what was encoded: no spaces before punctuation are removed. */
  constructor(tokenizerJson: TokenizerJson) {
    this.#library = new Tokenizer(tokenizerJson, { clean_up_tokenization_spaces: false });
    const { normalizer, model } = this.#library;
    const { added_tokens = [] } = tokenizerJson;
    // the library's own search for added tokens knows no single_word, and it puts them among the words of the model
    this.#added = new AddedWords(added_tokens, normalizer ?? undefined);
    const { vocab } = tokenizerJson.model;
    for (const { content } of added_tokens) {
      if (Object.hasOwn(vocab, content)) model.tokens_to_ids.set(content, vocab[content]);
      else model.tokens_to_ids.delete(content);
    }
  }

  encode(text: string): number[] {
    const { pre_tokenizer, model } = this.#library;
    return this.#added.split(text).flatMap(({ piece, first }) => {
      if (typeof piece === 'number') return [piece];
      if (piece === '') return [];
      const runs = pre_tokenizer ? pre_tokenizer(piece, { section_index: first ? 0 : 1 }) : [piece];
      const ids = model(runs).map((word) => model.tokens_to_ids.get(word) ?? model.unk_token_id);
      return ids.filter((id) => id !== undefined); // without a word for what is unknown it is left out
    });
  }

  /** @param ids at least one */
  decode(ids: number[]): string {
    return this.#library.decode(ids);
  }

  /** The runs of text that are encoded by themselves. */
  preTokenize(text: string): string[] {
    return this.#library.pre_tokenizer?.pre_tokenize(text) ?? [text];
  }
}
