import { Generator } from '@heartllm/backend';
import {
  decoderParameters,
  type EncoderVariant,
  encoderParameters,
  publishedConfig,
  readWeights,
  type TokenizerConfig,
  type TokenizerWeights,
} from '@heartllm/lead-encoder/config';
import { encodeSafetensors, type Source } from '@heartllm/safetensors';

/** A causal tokenizer of the published width with random weights and running statistics, and a narrow decoder. */
export function causalConfig(variant: EncoderVariant): TokenizerConfig {
  const encoder = { ...publishedConfig.encoder, variant, causal: true };
  return { ...publishedConfig, encoder, decoder: { channels: 8, depth: 1 } };
}

/** Its model folder; the same everywhere. */
export function causalFolder(config: TokenizerConfig): Source {
  const generator = new Generator(5);
  const tensors = [...encoderParameters(config), ...decoderParameters(config)].map(({ name, shape, init }) => {
    const spread = typeof init === 'string' ? 0.5 : 2 / Math.sqrt(init.fanIn);
    const draw = () => (init === 'ones' ? 1 : 0) + spread * (2 * generator.uniform() - 1);
    return [name, { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw) }];
  });
  const files: Record<string, Uint8Array> = {
    'config.json': new TextEncoder().encode(JSON.stringify(config)),
    'model.safetensors': encodeSafetensors(Object.fromEntries(tensors)),
  };
  return {
    read: async (path, start, end) => files[path].slice(start, end),
    size: async (path) => files[path].length,
  };
}

export function causalWeights(config: TokenizerConfig): Promise<TokenizerWeights> {
  return readWeights(causalFolder(config), '');
}
