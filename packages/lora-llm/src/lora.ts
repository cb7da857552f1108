import { Generator } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from './config.ts';
import { LlamaError } from './errors.ts';
import { linear } from './linear.ts';
import { adapterPrefix, draw, type Parameters, projections, variable } from './parameters.ts';

/** Low-rank adaptation (Hu et al. 2021): W x + scale * B A x, in PEFT's terms. */
export interface LoraConfig {
  /** Rank of A and B. */
  r: number;
  /** What B A x counts: loraAlpha / r times, see useRslora. The published LoRA has 16 with r 64. */
  loraAlpha: number;
  /** Probability that an input of A is dropped during training, below 1; default 0. */
  loraDropout?: number;
  /** Names such as 'q_proj', matched at the end of module names; or 'all-linear'; or a regular expression for whole names. */
  targetModules: string[] | string;
  /** Scale by alpha / sqrt(r) instead of alpha / r (Kalajdzievski 2023); default false. */
  useRslora?: boolean;
}

/** The factor on B A x. */
export function loraScale({ r, loraAlpha, useRslora }: LoraConfig): number {
  return loraAlpha / (useRslora ? Math.sqrt(r) : r);
}

/** Names of A and B of a module such as 'model.layers.0.self_attn.q_proj', as PEFT saves them. */
export function loraNames(module: string): { a: string; b: string } {
  return { a: `${adapterPrefix}${module}.lora_A.weight`, b: `${adapterPrefix}${module}.lora_B.weight` };
}

/**
 * The modules that get a LoRA, each with its input and output width, in the model's order; `where` opens messages.
 *
 * @throws LlamaError where nothing matches or a name in the list matches nothing that can carry a LoRA.
 */
export function targetedModules(
  config: LlamaConfig,
  targets: string[] | string,
  where = '',
): Map<string, { inputs: number; outputs: number }> {
  const all = Array.from({ length: config.numHiddenLayers }, (_, layer) =>
    Object.entries(projections(config)).map(([name, widths]) => [`model.layers.${layer}.${name}`, widths] as const),
  ).flat();
  const isTarget = targetMatcher(targets, where);
  const found = new Map(all.filter(([module]) => isTarget(module)));
  const unmatched = Array.isArray(targets) && targets.find((end) => !all.some(([module]) => endsWith(module, end)));
  if (unmatched || !found.size) {
    const known = Object.keys(projections(config)).map((name) => name.split('.')[1]);
    const asked = unmatched || JSON.stringify(targets);
    throw new LlamaError(`${where}target_modules: ${asked} matches none of ${known.join(', ')}`);
  }
  return found;
}

const endsWith = (module: string, end: string) => module === end || module.endsWith(`.${end}`);

function targetMatcher(targets: string[] | string, where: string): (module: string) => boolean {
  if (Array.isArray(targets)) return (module) => targets.some((end) => endsWith(module, end));
  if (targets === 'all-linear') return () => true;
  try {
    const pattern = new RegExp(`^(?:${targets})$`); // PEFT uses re.fullmatch
    return (module) => pattern.test(module);
  } catch {
    throw new LlamaError(`${where}target_modules: '${targets}' is not a regular expression`);
  }
}

/** Checks the numbers of a LoRA; `where` opens the message. */
export function checkLora({ r, loraAlpha, loraDropout = 0 }: LoraConfig, where = ''): void {
  if (!Number.isInteger(r) || r < 1) throw new LlamaError(`${where}r: expected a whole number above 0, found ${r}`);
  if (!Number.isFinite(loraAlpha)) throw new LlamaError(`${where}lora_alpha: expected a number, found ${loraAlpha}`);
  if (!(loraDropout >= 0 && loraDropout < 1)) {
    throw new LlamaError(`${where}lora_dropout: expected a probability below 1, found ${loraDropout}`);
  }
}

/** Fresh A and B for every target, initialised as PEFT does: A uniform within 1 / sqrt(in), B zero. */
export function initialLora(config: LlamaConfig, lora: LoraConfig, seed: number): Parameters {
  checkLora(lora);
  const generator = new Generator(seed);
  const parameters: Parameters = new Map();
  for (const [module, { inputs, outputs }] of targetedModules(config, lora.targetModules)) {
    const { a, b } = loraNames(module);
    parameters.set(
      a,
      variable(
        draw(lora.r * inputs, () => (2 * generator.uniform() - 1) / Math.sqrt(inputs)),
        [lora.r, inputs],
      ),
    );
    parameters.set(b, variable(new Float32Array(outputs * lora.r), [outputs, lora.r]));
  }
  return parameters;
}

/**
 * A linear layer with its LoRA: W x + scale * B A dropout(x).
 *
 * @param x [N, in]
 * @param module the layer's name, such as 'model.layers.0.self_attn.q_proj'.
 * @param dropout draws which inputs of A are dropped; without it none are.
 * @returns [N, out]
 */
export function adapted(
  x: tf.Tensor2D,
  module: string,
  parameters: Parameters,
  lora: Required<LoraConfig> | null,
  dropout?: Generator,
): tf.Tensor2D {
  const weight = (name: string) => parameters.get(name) as tf.Tensor as tf.Tensor2D;
  const base = weight(`${module}.weight`);
  const { a, b } = loraNames(module);
  if (!lora || !parameters.has(a)) return linear(x, base);
  const { loraDropout: rate } = lora;
  const drops = dropout && rate > 0;
  if (!drops && mergingPays(x.shape[0], base.shape, lora.r)) return linear(x, merged(module, parameters, lora));
  const kept = drops ? tf.mul(x, dropoutMask(x.shape, rate, dropout)) : x;
  const low = tf.mul(linear(kept as tf.Tensor2D, weight(a)), loraScale(lora)) as tf.Tensor2D; // [N, r]
  return tf.add(linear(x, base), linear(low, weight(b)));
}

/**
 * Whether a step of N rows costs fewer multiply-adds with W + B A: then A and B take 3 r in out, and the gradient of the
 * sum N in out; apart, all products with A and B take 3 r N (in + out).
 */
function mergingPays(rows: number, [outputs, inputs]: [number, number], r: number): boolean {
  return (rows + 3 * r) * inputs * outputs < 3 * r * rows * (inputs + outputs);
}

/**
 * Inverted dropout, as in torch.nn.Dropout: 0 with probability `rate`, else 1 / (1 - rate).
 *
 * Draws how far it is from one zero to the next, which takes one number per zero instead of one per value.
 */
export function dropoutMask(shape: [number, number], rate: number, generator: Generator): tf.Tensor2D {
  const mask = new Float32Array(shape[0] * shape[1]).fill(1 / (1 - rate));
  const kept = () => Math.floor(Math.log(1 - generator.uniform()) / Math.log(1 - rate)); // geometrically distributed
  for (let i = kept(); i < mask.length; i += 1 + kept()) mask[i] = 0;
  return tf.tensor2d(mask, shape);
}

/** W + scale * B A, the weights that compute the same without a LoRA. */
export function merged(module: string, parameters: Parameters, lora: LoraConfig): tf.Tensor2D {
  const weight = (name: string) => parameters.get(name) as tf.Tensor as tf.Tensor2D;
  const { a, b } = loraNames(module);
  return tf.tidy(() => tf.add(weight(`${module}.weight`), tf.mul(tf.matMul(weight(b), weight(a)), loraScale(lora))));
}
