import { describe, expect, test } from 'vitest';
import { type AddedToken, EcgVocabulary, extendTokenizer, type TokenizerJson, VocabularyError } from '../src/index.ts';
import { prompts, tinyLlama } from './golden.ts';

function added(content: string, id: number): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** Sizes and special words of Llama-3's tokenizer, without its words. */
function llama3Like(): TokenizerJson {
  const vocab = Object.fromEntries(Array.from({ length: 128_000 }, (_, id) => [`word${id}`, id]));
  const names = ['<|begin_of_text|>', '<|end_of_text|>'];
  while (names.length < 256) names.push(`<|reserved_special_token_${names.length - 2}|>`);
  return {
    ...tinyLlama,
    added_tokens: names.map((name, i) => added(name, 128_000 + i)),
    model: { ...tinyLlama.model, vocab, merges: [] },
  };
}

function idsByWord(tokenizerJson: { added_tokens: AddedToken[] }): Map<string, number> {
  return new Map(tokenizerJson.added_tokens.map((token) => [token.content, token.id]));
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

describe('extendTokenizer', () => {
  test('adds frame, codes and unused ids to tiny-llama where the published code puts them', () => {
    const ids = idsByWord(extendTokenizer(tinyLlama));
    for (const [word, id] of Object.entries(prompts.ids)) expect(ids.get(word)).toBe(id);
    expect(ids.get('<|ecg_0|>')).toBe(prompts.vocab_text);
    expect(ids.get('<|ecg_1295|>')).toBe(prompts.vocab_text + 1295);
    expect(ids.get('<|ecg_mask|>')).toBe(prompts.vocab_text + 1296);
    expect(ids.get('<|ecg_infill|>')).toBe(prompts.extended_vocab - 1);
  });

  test("gives Llama-3's vocabulary 128,256 + 3 + 1296 + 2 = 129,557 words", () => {
    const extended = extendTokenizer(llama3Like());
    expect(new EcgVocabulary(extended).size).toBe(129_557);
    expect(idsByWord(extended).get('<|PAD|>')).toBe(128_256);
    expect(idsByWord(extended).get('<|ecg_0|>')).toBe(128_259);
  });

  test('adds special words in order of their ids, as transformers needs them', () => {
    const tokens = extendTokenizer(tinyLlama, { codes: 8 }).added_tokens;
    expect(tokens.map((token) => token.id)).toEqual(Array.from({ length: 15 }, (_, i) => 1000 + i));
    expect(tokens.every((token) => token.special && !token.normalized)).toBe(true);
  });

  test('leaves its input as it is', () => {
    const before = JSON.stringify(tinyLlama);
    extendTokenizer(freeze(structuredClone(tinyLlama)));
    extendTokenizer(tinyLlama);
    expect(JSON.stringify(tinyLlama)).toBe(before);
  });

  test('gives an extended tokenizer back unchanged', () => {
    const once = extendTokenizer(tinyLlama);
    expect(extendTokenizer(once)).toEqual(once);
    expect(new EcgVocabulary(once)).toMatchObject({ size: 2303, codes: 1296 });
  });

  test('reads the number of codes from an extended tokenizer', () => {
    expect(new EcgVocabulary(extendTokenizer(tinyLlama, { codes: 64 }))).toMatchObject({ size: 1071, codes: 64 });
  });

  test('keeps the ids of frame words that are there, as in the tokenizer the published code saves', () => {
    const words = Object.entries(prompts.ids).map(([word, id]) => added(word, id));
    const saved = { ...tinyLlama, added_tokens: [...tinyLlama.added_tokens!, ...words] };
    expect(extendTokenizer(saved)).toEqual(extendTokenizer(tinyLlama));
  });

  test('refuses a tokenizer with another number of codes, or with a broken extension', () => {
    const extended = extendTokenizer(tinyLlama, { codes: 64 });
    expect(() => extendTokenizer(extended)).toThrow('holds 64 ECG codes already and cannot be extended to 1296');
    const broken = { ...extended, added_tokens: extended.added_tokens.filter((t) => t.content !== '<|ecg_mask|>') };
    expect(() => extendTokenizer(broken, { codes: 64 })).toThrow(VocabularyError);
  });

  test.each([0, -1, 1.5, Number.NaN, 65_537])('refuses a codebook of %s codes', (codes) => {
    expect(() => extendTokenizer(tinyLlama, { codes })).toThrow(
      `codes: expected a whole number from 1 to 65536, found ${codes}`,
    );
  });

  test('refuses what is no tokenizer.json', () => {
    const bad = (json: string) => () => extendTokenizer(JSON.parse(json));
    expect(bad('{}')).toThrow('model.vocab');
    expect(bad('null')).toThrow('model.vocab');
    expect(bad('{"model":{"vocab":[["a",0.5]]}}')).toThrow('model.vocab');
    expect(bad('{"model":{"vocab":{"a":"b"}}}')).toThrow('expected a word with a whole number as id, found a with b');
    expect(bad('{"model":{"vocab":{}},"added_tokens":{}}')).toThrow('added_tokens must be a list');
    expect(bad('{"model":{"vocab":{}},"added_tokens":[null]}')).toThrow('found undefined with undefined');
  });
});
