import { LlamaError } from './errors.ts';

/** How rotary frequencies are scaled for longer contexts; as `rope_parameters` or `rope_scaling` of config.json say. */
export type RopeScaling =
  | {
      /** Frequencies are as `ropeTheta` gives them. */
      type: 'default';
    }
  | {
      /** All frequencies are divided by one number. */
      type: 'linear';
      /** What they are divided by: how many times longer the context becomes. */
      factor: number;
    }
  | {
      /** As in Llama 3.1: long wavelengths are stretched, short ones kept, those between blend. */
      type: 'llama3';
      /** How far the long wavelengths are stretched; 8 in Llama 3.1, 32 in Llama 3.2. */
      factor: number;
      /** Wavelengths beyond originalMaxPositionEmbeddings / lowFreqFactor tokens are long; 1 in Llama 3.1. */
      lowFreqFactor: number;
      /** Wavelengths below originalMaxPositionEmbeddings / highFreqFactor tokens are short; 4 in Llama 3.1. */
      highFreqFactor: number;
      /** Context before it was lengthened, in tokens; 8192 in Llama 3.1. */
      originalMaxPositionEmbeddings: number;
    };

/** A Llama's shape, in the terms of Hugging Face's config.json. */
export interface LlamaConfig {
  /** V, the rows of the embedding matrix: ids are 0..V-1. */
  vocabSize: number;
  /** Width D of the residual stream. */
  hiddenSize: number;
  /** Width of the SwiGLU layer. */
  intermediateSize: number;
  /** Decoder layers, each of attention and a SwiGLU layer. */
  numHiddenLayers: number;
  /** H, the query heads of a layer. */
  numAttentionHeads: number;
  /** KV, a divisor of numAttentionHeads, by default as many; fewer: grouped-query attention. */
  numKeyValueHeads: number;
  /** Width of a head, even; default hiddenSize / numAttentionHeads. */
  headDim: number;
  /** Added to the mean square in every norm; default 1e-6. */
  rmsNormEps: number;
  /** Base of the rotary frequencies; default 10,000. */
  ropeTheta: number;
  /** Default 'default': none. */
  ropeScaling: RopeScaling;
  /** Tokens; informative, never enforced; default 2048. */
  maxPositionEmbeddings: number;
  /** The output layer is the embedding matrix; default false. */
  tieWordEmbeddings: boolean;
  /** Standard deviation of random weights; default 0.02. */
  initializerRange: number;
  /** Beginning of text; only kept for config.json, as prompts bring their own; default null. */
  bosTokenId: number | null;
  /** Generation stops at any of these; default none. */
  eosTokenIds: number[];
  /** What generation puts behind a row that has ended; default null: the first of eosTokenIds. */
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
