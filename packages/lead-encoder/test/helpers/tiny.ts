import { Generator } from '@heartllm/backend';
import { encodeSafetensors, type Source, type TensorInput } from '@heartllm/safetensors';
import {
  decoderParameters,
  type EncoderVariant,
  encoderParameters,
  publishedConfig,
  type TokenizerConfig,
} from '../../src/index.ts';

/** Two leads of 43 samples, 3 codes: small enough for naive loops, and most lengths along the way are odd. */
export function tinyConfig(variant: EncoderVariant, depth = 1, causal = false): TokenizerConfig {
  return {
    ...publishedConfig,
    samples: 43,
    leads: ['I', 'II'],
    levels: [5, 3, 4],
    encoder: { variant, channels: 8, groups: 2, blocks: 4, ...(causal && { causal }) },
    decoder: { channels: 12, depth },
  };
}

/** Random weights whose norms are off PyTorch's initial ones and zeros. */
export function tinyWeights(config: TokenizerConfig, seed = 1): Record<string, TensorInput & { data: Float32Array }> {
  const generator = new Generator(seed);
  const specs = [...encoderParameters(config), ...decoderParameters(config)];
  return Object.fromEntries(
    specs.map(({ name, shape, init }) => {
      const bound = typeof init === 'string' ? 0.5 : 1 / Math.sqrt(init.fanIn);
      const centre = init === 'ones' ? 1 : 0;
      const draw = () => centre + bound * (2 * generator.uniform() - 1);
      return [name, { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw) }];
    }),
  );
}

/** A model folder in memory. */
export function memoryFolder(config: unknown, tensors: Record<string, TensorInput>, folder = 'ecg-tokenizer/'): Source {
  const files: Record<string, Uint8Array> = {
    [`${folder}config.json`]: new TextEncoder().encode(typeof config === 'string' ? config : JSON.stringify(config)),
    [`${folder}model.safetensors`]: encodeSafetensors(tensors),
  };
  const file = (path: string) => {
    if (!files[path]) throw new Error(`${path}: no such file`);
    return files[path];
  };
  return { read: async (path, start, end) => file(path).slice(start, end), size: async (path) => file(path).length };
}
