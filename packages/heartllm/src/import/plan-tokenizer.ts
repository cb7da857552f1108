import {
  decoderParameters,
  encoderParameters,
  type ParameterSpec,
  parseTokenizerConfig,
  publishedConfig,
  type TokenizerConfig,
} from '@heartllm/lead-encoder';
import { choosePrefix } from './choose-prefix.ts';
import { ImportError } from './import-error.ts';

/** The shape of one tensor of a checkpoint. */
export interface TensorShape {
  name: string;
  shape: number[];
}

/** Which tensors to take and what they are called in the model folder. */
export interface TokenizerPlan {
  config: TokenizerConfig;
  /** From the name in the checkpoint to the state_dict's own name. */
  rename: Map<string, string>;
  /** Tensors that are no part of the tokenizer: an optimizer's, a language model's, an average's. */
  leftOut: string[];
}

const ANCHOR = 'enc.to_code.weight';
const PARTS = ['enc.', 'dec.'];
/** Levels per dimension of the published quantizer; shapes don't tell them. */
const LEVELS = 6;

/**
 * Derives the network from the shapes in a checkpoint of the published tokenizer and checks that every tensor of its encoder and decoder is
 * accounted for. Names may carry a common prefix, such as 'model.' in the best.pt that the published training saves; whatever else training left
 * beside them is no part of the model.
 *
 * Running statistics make the encoder a causal one, and tell its groups. Not in the shapes, and taken from the published
 * tokenizer: 500 Hz, 5000 samples, lead order, 6 levels per dimension, sigmoid, 8 groups.
 *
 * @param prefix of the network's names, where the checkpoint holds several
 * @param others what the checkpoint holds and is not read, by name
 * @throws ImportError naming the tensor that is missing, unknown or of another shape; TokenizerConfigError for sizes that
 *   do not fit together
 */
export function planTokenizer(
  tensors: TensorShape[],
  file: string,
  { prefix, others = new Map() }: { prefix?: string | undefined; others?: Map<string, string> } = {},
): TokenizerPlan {
  const found = tensors.filter(({ name }) => name === ANCHOR || name.endsWith(`.${ANCHOR}`));
  if (!found.length) {
    const unread = [...others].slice(0, 3).map(([name, what]) => `; '${name}' is ${what}, which is not read`);
    throw new ImportError(`${file}: not an ECG tokenizer, there is no tensor ${ANCHOR}${unread.join('')}`);
  }
  const prefixes = found.map(({ name }) => name.slice(0, -ANCHOR.length));
  const chosen = choosePrefix(prefixes, prefix, 'an ECG tokenizer', file);
  const isPart = (name: string) => PARTS.some((part) => name.startsWith(chosen + part));

  const unread = [...others].find(([name]) => isPart(name));
  if (unread) throw new ImportError(`${file}: tensor ${unread[0]} is ${unread[1]}, which is not read`);

  const parts = tensors.filter(({ name }) => isPart(name));
  const shapes = new Map(parts.map(({ name, shape }) => [name.slice(chosen.length), shape]));
  const config = deriveConfig(shapes, file);
  const specs = [...encoderParameters(config), ...decoderParameters(config)];
  checkShapes(specs, shapes, file);
  return {
    config,
    rename: new Map(specs.map(({ name }) => [chosen + name, name])),
    leftOut: tensors.map(({ name }) => name).filter((name) => !isPart(name)),
  };
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
