/**
 * The building block: convolutions of width 1, 3, 5 and 7 beside each other. 'code' is that of the published
 * checkpoints: the branches share the channels, the one of width 1 sees the maximum of three neighbours, and the input
 * is added before the norm. 'paper' is what the paper describes: all branches have all channels and are summed, and the
 * input is added behind the activation.
 */
export type EncoderVariant = 'code' | 'paper';

/** `encoder` of config.json: the network that turns a signal [B, leads, samples] into points [B, codes, dimensions]. */
export interface EncoderConfig {
  /** The form of every block, here and in the decoder. */
  variant: EncoderVariant;
  /** Channels per lead, a multiple of 4 and of `groups`; the published encoder has 32. */
  channels: number;
  /** Groups of every GroupNorm, here and in the decoder; 8 as published. */
  groups: number;
  /** Halvings of the sampling rate: 4 make one code of 16 samples. */
  blocks: number;
  /**
   * A code depends on no later sample than its first: every convolution is padded on the left only, and running
   * statistics stand in GroupNorm's place. Default false, as published. Concerns the encoder only.
   */
  causal?: boolean;
}

/**
 * `decoder` of config.json: the network that turns quantized points [B, codes, dimensions] into a signal [B, leads,
 * samples].
 */
export interface DecoderConfig {
  /** Channels of every layer, a multiple of 4 and of the encoder's `groups`; the published decoder has 384. */
  channels: number;
  /** ResInception layers after each doubling; the published decoder has 1. */
  depth: number;
}

/** `ecg-tokenizer/config.json` of a model folder: what the tokenizer's network is built from. */
export interface TokenizerConfig {
  /** What tells the file apart from another model's config.json. */
  model_type: 'heartllm-ecg-tokenizer';
  /** Of this file; another version is refused. */
  format_version: 1;
  /** Hz; 500 as published. */
  sampling_rate: number;
  /** Samples per lead of one window; 5000, 10 s, as published. */
  samples: number;
  /** Names in the order of the network's input, each once; upper and lower case count as the same. */
  leads: string[];
  /**
   * Levels per dimension of the quantizer, 2 to 4096 each, with 'tanh' 2 to 1000; their product is the number of codes, 6 * 6 * 6 * 6 = 1296
   * as published.
   */
  levels: number[];
  /**
   * What brings a point into the quantizer's range: 'sigmoid' as published, 'tanh' as in the FSQ paper (Mentzer et al.
   * 2023).
   */
  bound: 'sigmoid' | 'tanh';
  /** From signal to points. */
  encoder: EncoderConfig;
  /** null: the weights hold no decoder, so codes cannot be turned back into a signal. */
  decoder: DecoderConfig | null;
}

/** The twelve leads in PTB-XL's order, the order of every model of this project. */
export const standardLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** The tokenizer of HeartLLM's published checkpoints (Yang et al. 2026, doi 10.1609/aaai.v40i40.40721). */
export const publishedConfig: TokenizerConfig = {
  model_type: 'heartllm-ecg-tokenizer',
  format_version: 1,
  sampling_rate: 500,
  samples: 5000,
  leads: standardLeads,
  levels: [6, 6, 6, 6],
  bound: 'sigmoid',
  encoder: { variant: 'code', channels: 32, groups: 8, blocks: 4 },
  decoder: { channels: 384, depth: 1 },
};

/** A config.json that this project cannot use, or weights that are not the ones it describes. */
export class TokenizerConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TokenizerConfigError';
  }
}

/**
 * Checks a parsed config.json.
 *
 * @param json what JSON.parse gave
 * @param where named in the error, for instance the file's path
 * @throws TokenizerConfigError naming the field, what was expected and what was found
 */
export function parseTokenizerConfig(json: unknown, where = 'config.json'): TokenizerConfig {
  const fail = (field: string, expected: string, found: unknown): never => {
    const shown = JSON.stringify(found)?.slice(0, 80);
    throw new TokenizerConfigError(`${where}: ${field}: expected ${expected}, found ${shown}`);
  };
  const object = (value: unknown, field: string): Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : fail(field, 'an object', value);
  const integer = (value: unknown, field: string, min: number, max: number): number =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : fail(field, `an integer from ${min} to ${max}`, value);

  const root = object(json, 'the file');
  if (root.model_type !== 'heartllm-ecg-tokenizer') fail('model_type', '"heartllm-ecg-tokenizer"', root.model_type);
  if (root.format_version !== 1) fail('format_version', '1', root.format_version);
  const leads = root.leads;
  if (!Array.isArray(leads) || leads.length === 0 || leads.some((lead) => typeof lead !== 'string')) {
    fail('leads', 'a list of lead names', leads);
  }
  if (new Set((leads as string[]).map((lead) => lead.toUpperCase())).size < (leads as string[]).length) {
    fail('leads', 'every lead once', leads);
  }
  const bound = root.bound;
  if (bound !== 'sigmoid' && bound !== 'tanh') fail('bound', '"sigmoid" or "tanh"', bound);
  const listed = root.levels;
  if (!Array.isArray(listed) || listed.length === 0) fail('levels', 'a list of integers', listed);
  const levels = (listed as unknown[]).map((level, i) =>
    integer(level, `levels[${i}]`, 2, bound === 'tanh' ? 1000 : 4096),
  );
  if (levels.reduce((a, b) => a * b, 1) >= 2 ** 31) fail('levels', 'at most 2147483647 codes', listed);
  const encoder = object(root.encoder, 'encoder');
  if (encoder.variant !== 'code' && encoder.variant !== 'paper') {
    fail('encoder.variant', '"code" or "paper"', encoder.variant);
  }
  const { causal = false } = encoder;
  if (typeof causal !== 'boolean') fail('encoder.causal', 'true or false', causal);
  const groups = integer(encoder.groups, 'encoder.groups', 1, 1024);
  const channels = (value: unknown, field: string): number => {
    const count = integer(value, field, 1, 4096);
    return count % 4 === 0 && count % groups === 0
      ? count
      : fail(field, `a multiple of 4 and of ${groups} groups`, value);
  };
  if (root.decoder === undefined) fail('decoder', 'an object or null', root.decoder);
  const decoder = root.decoder === null ? null : object(root.decoder, 'decoder');
  return {
    model_type: 'heartllm-ecg-tokenizer',
    format_version: 1,
    sampling_rate: integer(root.sampling_rate, 'sampling_rate', 1, 1_000_000),
    samples: integer(root.samples, 'samples', 16, 100_000_000),
    leads: leads as string[],
    levels,
    bound: bound as TokenizerConfig['bound'],
    encoder: {
      variant: encoder.variant as EncoderVariant,
      channels: channels(encoder.channels, 'encoder.channels'),
      groups,
      blocks: integer(encoder.blocks, 'encoder.blocks', 1, 16),
      ...(causal ? { causal: true } : {}),
    },
    decoder: decoder && {
      channels: channels(decoder.channels, 'decoder.channels'),
      depth: integer(decoder.depth ?? 1, 'decoder.depth', 1, 64),
    },
  };
}

/** Codes per window: every block halves the samples and rounds up. 313 for the published 5000 samples and 4 blocks. */
export function codesPerWindow({ samples, encoder }: TokenizerConfig): number {
  let length = samples;
  for (let i = 0; i < encoder.blocks; i++) length = Math.ceil(length / 2);
  return length;
}
