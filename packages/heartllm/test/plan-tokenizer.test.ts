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

describe('refuses', () => {
  const plan = (tensors: TensorShape[]) => () => planTokenizer(tensors, 'best.pt');

  test('a checkpoint of something else', () => {
    expect(plan([{ name: 'fc.weight', shape: [2, 2] }])).toThrow('best.pt: not an ECG tokenizer');
  });

  test('unknown tensors, inside and outside of the prefix', () => {
    expect(plan([...published, { name: 'model.enc.extra', shape: [1] }])).toThrow('tensor enc.extra is no part');
    expect(plan([...published, { name: 'optimizer.step', shape: [] }])).toThrow('tensor optimizer.step is no part');
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
