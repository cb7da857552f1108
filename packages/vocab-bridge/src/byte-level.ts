import { type AddedToken, specialToken, type TokenizerJson } from './tokenizer-json.ts';

/** Llama-3's pre-tokenizer: merges never cross a word, more than three digits, or the start of a line. */
const PRE_TOKENIZER = {
  type: 'Sequence',
  pretokenizers: [
    {
      type: 'Split',
      pattern: {
        Regex:
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      },
      behavior: 'Isolated',
      invert: false,
    },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
  ],
};

/**
 * A tokenizer.json in Llama-3's form around a byte-level BPE model. The special tokens take the ids behind `vocab`; the
 * first of them begins every text.
 */
export function byteLevelTokenizer(
  vocab: Record<string, number>,
  merges: [string, string][],
  specialTokens: readonly string[],
): TokenizerJson & { added_tokens: AddedToken[] } {
  const first = Object.keys(vocab).length;
  const [bos] = specialTokens;
  const beginning = (type_id: number) => ({ SpecialToken: { id: bos, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, i) => specialToken(first + i, content)),
    normalizer: null,
    pre_tokenizer: PRE_TOKENIZER,
    post_processor: {
      type: 'Sequence',
      processors: [
        { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
        {
          type: 'TemplateProcessing',
          single: [beginning(0), sequence('A', 0)],
          pair: [beginning(0), sequence('A', 0), beginning(1), sequence('B', 1)],
          special_tokens: { [bos]: { id: bos, ids: [first], tokens: [bos] } },
        },
      ],
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab,
      merges,
    },
  };
}

/** GPT-2's 256 characters, one per byte: printable Latin-1 as itself, every other byte as a character from U+0100 up. */
export function byteAlphabet(): string[] {
  const characters = [...bytesByCharacter().keys()];
  return characters.sort();
}

/** The byte that each of these characters stands for. */
export function bytesByCharacter(): Map<string, number> {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const bytes = new Map<string, number>();
  let shifted = 256;
  for (let byte = 0; byte < 256; byte++) {
    bytes.set(String.fromCodePoint(isPrintable(byte) ? byte : shifted++), byte);
  }
  return bytes;
}
