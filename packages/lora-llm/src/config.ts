import { mismatch } from './errors.ts';
import { checkRope } from './rope-frequencies.ts';
import type { RopeScaling } from './rope-scaling.ts';

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
  /** Added to the mean square in every norm, 0 or more; default 1e-6. */
  rmsNormEps: number;
  /** Base of the rotary frequencies; default 10,000. */
  ropeTheta: number;
  /** Default 'default': none. */
  ropeScaling: RopeScaling;
  /** Tokens of a text at most, unless `Llama.maxLength` is raised; default 2048. */
  maxPositionEmbeddings: number;
  /** The output layer is the embedding matrix; default false. */
  tieWordEmbeddings: boolean;
  /** Standard deviation of random weights, 0 to 1; default 0.02. */
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
 * Fills in transformers' defaults and checks that the sizes fit together, and that no setting leaves every score not a number.
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
    'maxPositionEmbeddings',
  ] as const;
  for (const field of sizes) {
    if (!Number.isSafeInteger(config[field]) || config[field] < 1) {
      throw mismatch({ field }, 'a whole number above 0', String(config[field]));
    }
  }
  const { numAttentionHeads: heads, numKeyValueHeads: groups, headDim, rmsNormEps, initializerRange } = config;
  if (heads % groups) {
    throw mismatch({ field: 'numKeyValueHeads' }, `a divisor of numAttentionHeads ${heads}`, String(groups));
  }
  if (headDim % 2) throw mismatch({ field: 'headDim' }, 'an even number', String(headDim));
  // as float32, which holds no larger ones
  if (!(rmsNormEps >= 0 && Number.isFinite(Math.fround(rmsNormEps)))) {
    throw mismatch({ field: 'rmsNormEps' }, 'a number of 0 or more', String(rmsNormEps));
  }
  if (!(initializerRange >= 0 && initializerRange <= 1)) {
    throw mismatch({ field: 'initializerRange' }, 'a number from 0 to 1', String(initializerRange));
  }
  checkRope(config);
  return config;
}
