import { Tokenizer } from '@huggingface/tokenizers';
import type { TokenizerJson } from './tokenizer-json.ts';

/** What is used of @huggingface/tokenizers, written down because its own types do not resolve under NodeNext. */
export interface TextTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
  /** Throws for an empty list. */
  decode(ids: number[]): string;
  pre_tokenizer: { pre_tokenize(text: string): string[] };
}

/** Opens a tokenizer.json so that decoding gives exactly what was encoded: no spaces before punctuation are removed. */
export function openTextTokenizer(tokenizerJson: TokenizerJson): TextTokenizer {
  return new Tokenizer(tokenizerJson, { clean_up_tokenization_spaces: false });
}
