import {
  decoderParameters,
  encoderParameters,
  type ParameterSpec,
  parseTokenizerConfig,
  publishedConfig,
  type TokenizerConfig,
} from '@heartllm/lead-encoder';

/** The shape of one tensor of a checkpoint. */
export interface TensorShape {
  name: string;
  shape: number[];
}

/** A checkpoint whose tensors are not those of an ECG tokenizer; the message names the tensor. */
export class ImportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportError';
  }
}

/** Which tensors to take and what they are called in the model folder. */
export interface TokenizerPlan {
  config: TokenizerConfig;
  /** From the name in the checkpoint to the state_dict's own name. */
  rename: Map<string, string>;
}

const ANCHOR = 'enc.to_code.weight';
/** Levels per dimension of the published quantizer; shapes don't tell them. */
const LEVELS = 6;

/**
 * Derives the network from the shapes in a checkpoint of the published tokenizer and checks that every tensor is
 * accounted for. Names may carry a common prefix, such as 'model.' in the best.pt that the published training saves.
 *
 * Running statistics make the encoder a causal one, and tell its groups. Not in the shapes, and taken from the published
 * tokenizer: 500 Hz, 5000 samples, lead order, 6 levels per dimension, sigmoid, 8 groups.
 *
 * @throws ImportError naming the tensor that is missing, unknown or of another shape; TokenizerConfigError for sizes that
 *   do not fit together
 */
export function planTokenizer(tensors: TensorShape[], file: string): TokenizerPlan {
  const anchor = tensors.find(({ name }) => name === ANCHOR || name.endsWith(`.${ANCHOR}`));
  if (!anchor) throw new ImportError(`${file}: not an ECG tokenizer, there is no tensor ${ANCHOR}`);
  const prefix = anchor.name.slice(0, -ANCHOR.length);
  const stranger = tensors.find(({ name }) => !name.startsWith(prefix));
  if (stranger) throw new ImportError(`${file}: tensor ${stranger.name} is no part of an ECG tokenizer`);

  const shapes = new Map(tensors.map(({ name, shape }) => [name.slice(prefix.length), shape]));
  const config = deriveConfig(shapes, file);
  const specs = [...encoderParameters(config), ...decoderParameters(config)];
  checkShapes(specs, shapes, file);
  return { config, rename: new Map(specs.map(({ name }) => [prefix + name, name])) };
}

function deriveConfig(shapes: Map<string, number[]>, file: string): TokenizerConfig {
  const size = (name: string, axis: number) => {
    const length = shapes.get(name)?.[axis];
    if (!length) throw new ImportError(`${file}: tensor ${name} is missing or empty`);
    return length;
  };
  const channels = size('enc.bottleneck.norm.weight', 0);
  const features = size(ANCHOR, 1);
  const leads = publishedConfig.leads.length;
  if (features !== leads * channels) {
    throw new ImportError(
      `${file}: ${ANCHOR} takes ${features} features, expected ${leads} leads of ${channels} channels`,
    );
  }
  const statistics = 'enc.bottleneck.norm.running_mean';
  const config: TokenizerConfig = {
    ...publishedConfig,
    levels: Array<number>(size(ANCHOR, 0)).fill(LEVELS),
    encoder: {
      ...publishedConfig.encoder,
      variant: size('enc.bottleneck.inc.b1.weight', 0) === channels ? 'paper' : 'code',
      channels,
      blocks: count(shapes, (i) => `enc.blocks.${i}.1.weight`),
      ...(shapes.has(statistics) && { causal: true, groups: size(statistics, 0) }),
    },
    decoder: [...shapes.keys()].some((name) => name.startsWith('dec.'))
      ? {
          channels: size('dec.expand.weight', 0),
          depth: 1 + count(shapes, (i) => `dec.dec.0.${i + 1}.norm.weight`),
        }
      : null,
  };
  return parseTokenizerConfig(config, file); // channels that 8 groups can't share, and the like
}

/** How many of the numbered tensors there are, from 0 without a gap. */
function count(shapes: Map<string, number[]>, name: (index: number) => string): number {
  let index = 0;
  while (shapes.has(name(index))) index++;
  return index;
}

function checkShapes(specs: ParameterSpec[], shapes: Map<string, number[]>, file: string): void {
  const known = new Set(specs.map(({ name }) => name));
  const unknown = [...shapes.keys()].find((name) => !known.has(name));
  if (unknown) throw new ImportError(`${file}: tensor ${unknown} is no part of an ECG tokenizer`);
  for (const { name, shape } of specs) {
    const found = shapes.get(name);
    if (!found) throw new ImportError(`${file}: tensor ${name} is missing`);
    if (found.join() !== shape.join()) {
      throw new ImportError(`${file}: tensor ${name} has shape [${found}], expected [${shape}]`);
    }
  }
}
