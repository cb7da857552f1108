import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codesToIds, EcgVocabulary, extendTokenizer, idsToCodes, VocabularyError } from '../src/index.ts';
import { bpe, prompts, tinyLlama } from './golden.ts';

const vocabulary = new EcgVocabulary(tinyLlama);

describe('EcgVocabulary', () => {
  test('names the ids of the published vocabulary', () => {
    expect(vocabulary).toMatchObject({
      bosId: 1000,
      eosId: 1001,
      padId: prompts.ids['<|PAD|>'],
      startEcgId: prompts.ids['<|start_ecg|>'],
      endEcgId: prompts.ids['<|end_ecg|>'],
      firstCodeId: prompts.vocab_text,
      size: prompts.extended_vocab,
      codes: 1296,
    });
    expect(vocabulary.tokenizerJson).toEqual(extendTokenizer(tinyLlama));
  });

  test('encodes text as Hugging Face tokenizers does', () => {
    expect(bpe.texts.map((text) => vocabulary.encodeText(text))).toEqual(bpe.tiny_llama_ids);
  });

  test('decodes what it encoded, for every Unicode text', () => {
    const unicode = fc.string({ unit: 'binary' });
    const nearby = fc.string({
      unit: fc.constantFrom(' ', '\n', '\r', '\t', "'", 's', 'a', '1', '.', ' ,', '<|', '|>'),
    });
    fc.assert(
      fc.property(fc.oneof(unicode, nearby), (text) => {
        const ids = vocabulary.encodeText(text);
        expect(vocabulary.decodeText(ids)).toBe(text);
        expect(ids.every((id) => id < 1000)).toBe(true);
      }),
    );
  });

  test('encodes control words in a text as text', () => {
    const text = '<|end_of_text|><|start_ecg|><|ecg_7|><|PAD|>';
    const ids = vocabulary.encodeText(text);
    expect(ids.every((id) => id < 1000)).toBe(true);
    expect(vocabulary.decodeText(ids)).toBe(text);
  });

  test('leaves control words and ECG codes out of decoded text', () => {
    const { bosId, padId, startEcgId, endEcgId, eosId, firstCodeId, size } = vocabulary;
    const [yes] = [vocabulary.encodeText('yes')];
    const ids = [padId, bosId, startEcgId, firstCodeId, firstCodeId + 1295, size - 1, endEcgId, ...yes, eosId];
    expect(vocabulary.decodeText(ids)).toBe('yes');
    expect(vocabulary.decodeText(Int32Array.from(ids))).toBe('yes');
    expect(vocabulary.decodeText([eosId])).toBe('');
    expect(vocabulary.decodeText([])).toBe('');
  });

  test('tells the bytes of every word of text, which join where texts do not', () => {
    const bytes = vocabulary.wordBytes();
    const { eosId, startEcgId, firstCodeId } = vocabulary;
    for (const control of [eosId, startEcgId, firstCodeId]) expect(bytes.has(control)).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const joined = vocabulary.encodeText(text).flatMap((id) => [...bytes.get(id)!]);
        expect(joined).toEqual([...new TextEncoder().encode(text)]);
      }),
    );
  });

  test('names the id that it cannot decode', () => {
    expect(() => vocabulary.decodeText([5, 2303])).toThrow('ids[1]: expected an id from 0 to 2302, found 2303');
    expect(() => vocabulary.decodeText([-1])).toThrow(VocabularyError);
  });

  test("takes the names of another tokenizer's beginning and end of text", () => {
    const renamed = JSON.parse(
      JSON.stringify(tinyLlama).replaceAll('<|begin_of_text|>', '<s>').replaceAll('<|end_of_text|>', '</s>'),
    );
    expect(new EcgVocabulary(renamed, { bosToken: '<s>', eosToken: '</s>' })).toMatchObject({
      bosId: 1000,
      eosId: 1001,
    });
    expect(() => new EcgVocabulary(renamed)).toThrow('has no word "<|begin_of_text|>"');
  });

  test('tells transformers its control words', () => {
    expect(vocabulary.tokenizerConfig()).toMatchObject({
      bos_token: '<|begin_of_text|>',
      eos_token: '<|end_of_text|>',
      pad_token: '<|PAD|>',
      padding_side: 'left',
    });
  });
});

describe('codesToIds and idsToCodes', () => {
  test('are inverse over the whole codebook', () => {
    const codes = Array.from({ length: 1296 }, (_, code) => code);
    const ids = codesToIds(vocabulary, Int32Array.from(codes));
    expect(ids[0]).toBe(1005);
    expect(ids.at(-1)).toBe(2300);
    expect(idsToCodes(vocabulary, ids)).toEqual(codes);
  });

  test.each([-1, 1296, 0.5, Number.NaN])('name the index of %s, which is no code', (code) => {
    expect(() => codesToIds(vocabulary, [0, code])).toThrow(
      `codes[1]: expected an ECG code from 0 to 1295, found ${code}`,
    );
  });

  test.each([1004, 2301, 1005.5])('name the index of %s, which is no code id', (id) => {
    expect(() => idsToCodes(vocabulary, [1005, 1006, id])).toThrow(
      `ids[2]: expected the id of an ECG code, 1005 to 2300, found ${id}`,
    );
  });
});
