import { describe, expect, test } from 'vitest';
import { type ModelManifest, parseManifest } from '../src/index.ts';

const manifest: ModelManifest = {
  schemaVersion: 1,
  name: 'nano',
  description: 'A small model.',
  samplingRate: 500,
  leads: ['I', 'II'],
  license: 'MIT',
  training: 'Trained on PTB-XL.',
  contents: { ecgTokenizer: 'ecg-tokenizer', llm: 'models/llm' },
};

const parse = (changes: object) => () => parseManifest(JSON.stringify({ ...manifest, ...changes }));

describe('heartllm.json', () => {
  test('is read back as written, without fields of later versions', () => {
    expect(parse({ colour: 'red', contents: { ...manifest.contents, adapter: null } })()).toEqual(manifest);
  });

  test.each([
    [{ schemaVersion: 2 }, 'heartllm.json: schemaVersion 2, this version reads 1'],
    [{ name: 7 }, 'heartllm.json: name must be a string, found 7'],
    [{ training: undefined }, 'heartllm.json: training must be a string, found nothing'],
    [{ samplingRate: '500' }, 'heartllm.json: samplingRate must be a positive number, found "500"'],
    [{ leads: [] }, 'heartllm.json: leads must be a list of names, found []'],
    [{ contents: [] }, 'heartllm.json: contents must be an object, found []'],
    [{ scores: 'good' }, 'heartllm.json: scores must be an object, found "good"'],
  ])('refuses %j', (changes, message) => {
    expect(parse(changes)).toThrow(message);
  });

  test.each(['../llm', '/etc', 'a/../../b', '', 'a//b', '..', 7])(
    'refuses the folder %j, which leads out of it',
    (llm) => {
      expect(parse({ contents: { llm } })).toThrow('contents.llm must be a folder inside the model folder');
    },
  );

  test('refuses what is no JSON object', () => {
    expect(() => parseManifest('{')).toThrow('heartllm.json line 1, column 2: expected JSON');
    expect(() => parseManifest('[]')).toThrow('heartllm.json: expected a JSON object');
  });
});
