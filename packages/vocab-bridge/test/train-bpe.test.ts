import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EcgVocabulary, trainBpe, VocabularyError } from '../src/index.ts';
import { bpe, tinyLlama } from './golden.ts';

describe('trainBpe', () => {
  test("learns the merges and ids of Hugging Face's trainer", () => {
    const { model } = trainBpe(bpe.texts, { vocabSize: bpe.vocab_size + 2 });
    expect(model.merges).toEqual(bpe.merges);
    expect(model.vocab).toEqual(bpe.vocab);
  });

  test('has the form of tiny-llama, special words behind the others', () => {
    const trained = trainBpe(bpe.texts, { vocabSize: 300 });
    const { model, added_tokens, ...frame } = JSON.parse(JSON.stringify(trained).replaceAll('298', '1000'));
    const { model: tinyModel, added_tokens: tinyAdded, ...tinyFrame } = tinyLlama;
    expect(frame).toEqual(tinyFrame);
    expect(Object.keys(model)).toEqual(Object.keys(tinyModel));
    expect(trained.added_tokens.map((token) => token.id)).toEqual([298, 299]);
    expect(added_tokens.map((token: { content: string }) => token.content)).toEqual(
      tinyAdded!.map((token) => token.content),
    );
  });

  test('gives back every Unicode text', () => {
    const vocabulary = new EcgVocabulary(trainBpe(bpe.texts, { vocabSize: 400 }));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(vocabulary.decodeText(vocabulary.encodeText(text))).toBe(text);
      }),
    );
    for (const text of bpe.texts) expect(vocabulary.decodeText(vocabulary.encodeText(text))).toBe(text);
  });

  test('without texts is the 256 bytes', () => {
    const bytes = trainBpe([], { vocabSize: 1000 });
    expect(bytes.model.merges).toEqual([]);
    const vocabulary = new EcgVocabulary(bytes);
    expect(vocabulary.bosId).toBe(256);
    expect(vocabulary.decodeText(vocabulary.encodeText('Überleitung 心 😀'))).toBe('Überleitung 心 😀');
  });

  test('does not depend on the order of the texts', () => {
    const whole = trainBpe(bpe.texts, { vocabSize: 400 });
    const shuffled = fc.shuffledSubarray(bpe.texts, { minLength: bpe.texts.length });
    fc.assert(
      fc.property(shuffled, (texts) => {
        expect(trainBpe(texts, { vocabSize: 400 })).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  test('keeps one id for a word that two merges spell', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 })), (texts) => {
        const { model } = trainBpe(texts, { vocabSize: 330 });
        const ids = Object.values(model.vocab).sort((a, b) => a - b);
        expect(ids).toEqual(ids.map((_, i) => i));
        const merges = model.merges as string[][];
        expect(new Set(merges.map((pair) => pair.join(' '))).size).toBe(merges.length);
      }),
    );
  });

  test('refuses sizes and special words that make no tokenizer', () => {
    expect(() => trainBpe([], { vocabSize: 257 })).toThrow('vocabSize: expected a whole number from 258 to 1048576');
    expect(() => trainBpe([], { vocabSize: 300, specialTokens: [] })).toThrow(VocabularyError);
    expect(() => trainBpe([], { vocabSize: 300, specialTokens: ['a', 'a'] })).toThrow('no word twice');
  });
});
