import { LlamaError } from './errors.ts';

/** How rotary frequencies are scaled for longer contexts; as `rope_parameters` or `rope_scaling` of config.json say. */
export type RopeScaling =
  | { type: 'default' }
  | { type: 'linear'; factor: number }
  | {
      type: 'llama3';
      factor: number;
      lowFreqFactor: number;
      highFreqFactor: number;
      /** Tokens. */
      originalMaxPositionEmbeddings: number;
    };

/** A Llama's shape, in the terms of Hugging Face's config.json. */
export interface LlamaConfig {
  vocabSize: number;
  /** Width D of the residual stream. */
  hiddenSize: number;
  /** Width of the SwiGLU layer. */
  intermediateSize: number;
  numHiddenLayers: number;
  numAttentionHeads: number;
  /** Fewer than numAttentionHeads: grouped-query attention. */
  numKeyValueHeads: number;
  headDim: number;
  rmsNormEps: number;
  ropeTheta: number;
  ropeScaling: RopeScaling;
  /** Tokens; informative, never enforced. */
  maxPositionEmbeddings: number;
  /** The output layer is the embedding matrix. */
  tieWordEmbeddings: boolean;
  /** Standard deviation of random weights. */
  initializerRange: number;
  bosTokenId: number | null;
  /** Generation stops at any of these. */
  eosTokenIds: number[];
  padTokenId: number | null;
}

type RequiredField = 'vocabSize' | 'hiddenSize' | 'intermediateSize' | 'numHiddenLayers' | 'numAttentionHeads';

/** The fields without a default, and any others; the defaults are those of transformers' LlamaConfig. */
export type LlamaOptions = Pick<LlamaConfig, RequiredField> & Partial<LlamaConfig>;

/**
 * Fills in transformers' defaults and checks that the sizes fit together.
 *
 * @throws LlamaError naming the field.
 */
export function llamaConfig(options: LlamaOptions): LlamaConfig {
  const config: LlamaConfig = {
    numKeyValueHeads: options.numAttentionHeads,
    headDim: options.hiddenSize / options.numAttentionHeads,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    ropeScaling: { type: 'default' },
    maxPositionEmbeddings: 2048,
    tieWordEmbeddings: false,
    initializerRange: 0.02,
    bosTokenId: null,
    eosTokenIds: [],
    padTokenId: null,
    ...options,
  };
  const sizes = [
    'vocabSize',
    'hiddenSize',
    'intermediateSize',
    'numHiddenLayers',
    'numAttentionHeads',
    'numKeyValueHeads',
    'headDim',
  ] as const;
  for (const field of sizes) {
    if (!Number.isInteger(config[field]) || config[field] < 1) {
      throw new LlamaError(`${field}: expected a whole number above 0, found ${config[field]}`);
    }
  }
  if (config.numAttentionHeads % config.numKeyValueHeads) {
    throw new LlamaError(
      `numKeyValueHeads: expected a divisor of numAttentionHeads ${config.numAttentionHeads}, found ${config.numKeyValueHeads}`,
    );
  }
  if (config.headDim % 2) throw new LlamaError(`headDim: expected an even number, found ${config.headDim}`);
  return config;
}
