import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { type AddedToken, EcgVocabulary } from '../src/index.ts';
import { TextTokenizer } from '../src/text-tokenizer.ts';
import { tinyLlama } from './golden.ts';

interface Golden {
  cases: { normalizer: unknown; added_tokens: AddedToken[]; texts: string[]; ids: number[][] }[];
}

const bytes = await testFiles(import.meta.url, './fixtures/').read('added-words.json');
const { cases } = JSON.parse(new TextDecoder().decode(bytes)) as Golden;

describe('added tokens are found where tokenizers 0.23 finds them', () => {
  test.each(cases)('$added_tokens.length of them, case %#', ({ normalizer, added_tokens, texts, ids }) => {
    const tokenizer = new TextTokenizer({ ...tinyLlama, normalizer, added_tokens });
    expect(texts.map((text) => tokenizer.encode(text))).toEqual(ids);
  });

  test('in a vocabulary with ECG codes, too', () => {
    const [{ added_tokens, texts, ids }] = cases; // VES, a single word
    const vocabulary = new EcgVocabulary({
      ...tinyLlama,
      added_tokens: [...(tinyLlama.added_tokens ?? []), ...added_tokens],
    });
    expect(texts.map((text) => vocabulary.encodeText(text))).toEqual(ids);
    expect(vocabulary.decodeText(vocabulary.encodeText('2 SVES VES'))).toBe('2 SVES VES');
  });
});
