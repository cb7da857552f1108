import { decoderParameters, encoderParameters, publishedConfig, type TokenizerConfig } from '@heartllm/lead-encoder';
import { describe, expect, test } from 'vitest';
import { planTokenizer, type TensorShape } from '../src/import/plan-tokenizer.ts';

function shapes(config: TokenizerConfig, prefix = ''): TensorShape[] {
  const specs = [...encoderParameters(config), ...decoderParameters(config)];
  return specs.map(({ name, shape }) => ({ name: prefix + name, shape }));
}

const published = shapes(publishedConfig, 'model.');

describe('the architecture follows from the shapes', () => {
  test.each<[string, Partial<TokenizerConfig>]>([
    ['the published network', {}],
    ['its encoder alone', { decoder: null }],
    ["the paper's variant", { encoder: { ...publishedConfig.encoder, variant: 'paper' } }],
    ['another width', { encoder: { ...publishedConfig.encoder, channels: 64 }, decoder: { channels: 16, depth: 1 } }],
    ['more blocks', { encoder: { ...publishedConfig.encoder, blocks: 5 } }],
    ['a deeper decoder', { decoder: { channels: 32, depth: 3 } }],
    ['a causal encoder', { encoder: { ...publishedConfig.encoder, groups: 4, causal: true } }],
    ['five levels', { levels: [6, 6, 6, 6, 6] }],
  ])('%s', (_, changes) => {
    const config = { ...publishedConfig, ...changes };
    const { config: found, rename } = planTokenizer(shapes(config, 'model.'), 'best.pt');
    expect(found).toEqual(config);
    expect([...rename]).toEqual(shapes(config).map(({ name }) => [`model.${name}`, name]));
  });
});

describe('what training left beside the weights', () => {
  const ema = shapes(publishedConfig, 'ema_model.');

  test('is left out', () => {
    const rest = [
      { name: 'optimizer.state.0.exp_avg', shape: [2] },
      { name: 'llm_model.model.norm.weight', shape: [2] },
      { name: 'model.head.weight', shape: [2] },
    ];
    const { rename, leftOut } = planTokenizer([...rest, ...published], 'best.pt');
    expect(rename.size).toBe(published.length);
    expect(leftOut).toEqual(rest.map(({ name }) => name));
  });

  test('an average of the weights is taken only where it is asked for', () => {
    const prefixOf = (prefix?: string) =>
      [...planTokenizer([...ema, ...published], 'best.pt', { prefix }).rename.keys()][0];
    expect(prefixOf()).toMatch(/^model\.enc/);
    expect(prefixOf('ema_model')).toMatch(/^ema_model\.enc/);
    expect(prefixOf('model.')).toMatch(/^model\.enc/);
    expect(() => prefixOf('best')).toThrow(
      "best.pt: expected an ECG tokenizer under the prefix 'best', found none (there is ema_model, model)",
    );
  });

  test('of two sets of weights the caller names one', () => {
    const two = [...shapes(publishedConfig, 'teacher.'), ...shapes(publishedConfig)];
    expect(() => planTokenizer(two, 'best.pt')).toThrow(
      'best.pt: expected an ECG tokenizer, found 2 of them (teacher, no prefix); name one with --prefix',
    );
    expect([...planTokenizer(two, 'best.pt', { prefix: '' }).rename.keys()][0]).toMatch(/^enc/);
  });
});

describe('refuses', () => {
  const plan = (tensors: TensorShape[]) => () => planTokenizer(tensors, 'best.pt');

  test('a checkpoint of something else', () => {
    expect(plan([{ name: 'fc.weight', shape: [2, 2] }])).toThrow('best.pt: not an ECG tokenizer');
  });

  test('unknown tensors in the encoder and the decoder', () => {
    expect(plan([...published, { name: 'model.enc.extra', shape: [1] }])).toThrow('tensor enc.extra is no part');
    expect(plan([...published, { name: 'model.dec.extra', shape: [1] }])).toThrow('tensor dec.extra is no part');
  });

  test('a tensor of the encoder that cannot be read', () => {
    const others = new Map([['model.enc.to_code.bias', 'a sparse tensor']]);
    expect(() => planTokenizer(published, 'best.pt', { others })).toThrow(
      'best.pt: tensor model.enc.to_code.bias is a sparse tensor, which is not read',
    );
    expect(() => planTokenizer([], 'best.pt', { others: new Map([['model', '__main__.Net']]) })).toThrow(
      "there is no tensor enc.to_code.weight; 'model' is __main__.Net, which is not read",
    );
  });

  test('a missing tensor', () => {
    expect(plan(published.filter(({ name }) => !name.endsWith('dec.dec.2.norm.bias')))).toThrow(
      'best.pt: tensor dec.dec.2.norm.bias is missing',
    );
  });

  test('a tensor of another shape', () => {
    const changed = published.map((tensor) =>
      tensor.name.endsWith('dec.final.weight') ? { ...tensor, shape: [8, 384, 1] } : tensor,
    );
    expect(plan(changed)).toThrow('best.pt: tensor dec.final.weight has shape [8,384,1], expected [12,384,1]');
  });

  test('a width that 8 groups cannot share', () => {
    const narrow = { ...publishedConfig, encoder: { ...publishedConfig.encoder, channels: 4 } };
    expect(plan(shapes(narrow))).toThrow(
      'best.pt: encoder.channels: expected a multiple of 4 and of 8 groups, found 4',
    );
  });

  test('another number of leads', () => {
    expect(plan(shapes({ ...publishedConfig, leads: ['I', 'II'] }))).toThrow(
      'enc.to_code.weight takes 64 features, expected 12 leads',
    );
  });
});
