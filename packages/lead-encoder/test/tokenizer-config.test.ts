import { describe, expect, test } from 'vitest';
import { codesPerWindow, parseTokenizerConfig, publishedConfig, TokenizerConfigError } from '../src/config.ts';

const json = (changes: object): unknown => JSON.parse(JSON.stringify({ ...publishedConfig, ...changes }));

test('the published configuration is accepted as it is', () => {
  expect(parseTokenizerConfig(json({}))).toEqual(publishedConfig);
});

test('a decoder without a depth has the published one, 1; no decoder is allowed', () => {
  expect(parseTokenizerConfig(json({ decoder: { channels: 64 } })).decoder).toEqual({ channels: 64, depth: 1 });
  expect(parseTokenizerConfig(json({ decoder: null })).decoder).toBeNull();
});

test('causal is kept where it is true and left out where it is false, so that old configurations stay as they are', () => {
  const { encoder } = publishedConfig;
  expect(parseTokenizerConfig(json({ encoder: { ...encoder, causal: true } })).encoder.causal).toBe(true);
  expect('causal' in parseTokenizerConfig(json({ encoder: { ...encoder, causal: false } })).encoder).toBe(false);
});

test('fields of other programs are left out', () => {
  expect(parseTokenizerConfig(json({ note: 'mine' }))).toEqual(publishedConfig);
});

test('5000 samples make 313 codes, as every halving rounds up', () => {
  expect(codesPerWindow(publishedConfig)).toBe(313);
  expect(codesPerWindow({ ...publishedConfig, samples: 16 })).toBe(1);
  expect(codesPerWindow({ ...publishedConfig, samples: 17 })).toBe(2);
});

describe('an unusable config.json is named by file, field, what was expected and what was found', () => {
  const { encoder } = publishedConfig;
  test.each<[string, unknown, string]>([
    ['a list', [], 'the file: expected an object, found []'],
    ['null', null, 'the file: expected an object, found null'],
    ['another model', json({ model_type: 'llama' }), 'model_type: expected "heartllm-ecg-tokenizer", found "llama"'],
    ['a later version', json({ format_version: 2 }), 'format_version: expected 1, found 2'],
    ['no leads', json({ leads: [] }), 'leads: expected a list of lead names, found []'],
    ['numbered leads', json({ leads: [1, 2] }), 'leads: expected a list of lead names, found [1,2]'],
    ['one lead twice', json({ leads: ['I', 'i'] }), 'leads: expected every lead once, found ["I","i"]'],
    ['no levels', json({ levels: [] }), 'levels: expected a list of integers, found []'],
    ['one level', json({ levels: [6, 1] }), 'levels[1]: expected an integer from 2 to 4096, found 1'],
    [
      'more levels than tanh has codes for',
      json({ levels: [1001], bound: 'tanh' }),
      'levels[0]: expected an integer from 2 to 1000, found 1001',
    ],
    ['too many codes', json({ levels: [4096, 4096, 4096] }), 'levels: expected at most 2147483647 codes, found [4096'],
    ['another bound', json({ bound: 'relu' }), 'bound: expected "sigmoid" or "tanh", found "relu"'],
    [
      'no rate',
      json({ sampling_rate: undefined }),
      'sampling_rate: expected an integer from 1 to 1000000, found undefined',
    ],
    ['half a sample', json({ samples: 5000.5 }), 'samples: expected an integer from 16 to 100000000, found 5000.5'],
    ['no encoder', json({ encoder: undefined }), 'encoder: expected an object, found undefined'],
    [
      'another variant',
      json({ encoder: { ...encoder, variant: 'x' } }),
      'encoder.variant: expected "code" or "paper", found "x"',
    ],
    [
      'causal as a word',
      json({ encoder: { ...encoder, causal: 'yes' } }),
      'encoder.causal: expected true or false, found "yes"',
    ],
    [
      'uneven groups',
      json({ encoder: { ...encoder, groups: 5 } }),
      'encoder.channels: expected a multiple of 4 and of 5 groups, found 32',
    ],
    [
      'no blocks',
      json({ encoder: { ...encoder, blocks: 0 } }),
      'encoder.blocks: expected an integer from 1 to 16, found 0',
    ],
    ['a missing decoder', json({ decoder: undefined }), 'decoder: expected an object or null, found undefined'],
    [
      'an uneven decoder',
      json({ decoder: { channels: 10 } }),
      'decoder.channels: expected a multiple of 4 and of 8 groups, found 10',
    ],
    [
      'no depth',
      json({ decoder: { channels: 16, depth: 0 } }),
      'decoder.depth: expected an integer from 1 to 64, found 0',
    ],
  ])('%s', (_, value, message) => {
    const parse = () => parseTokenizerConfig(value, 'x/config.json');
    expect(parse).toThrow(TokenizerConfigError);
    expect(parse).toThrow(`x/config.json: ${message}`);
  });

  test('the message stays one short line, whatever was found', () => {
    try {
      parseTokenizerConfig({ ...publishedConfig, bound: 'x'.repeat(1e6) });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(200);
    }
  });
});
