import { Generator } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import { linear } from './linear.ts';
import type { Lora, LoraModule } from './lora-config.ts';
import { adapterPrefix, draw, type Parameters, variable } from './parameters.ts';

/** Names of A and B of a module such as 'model.layers.0.self_attn.q_proj', as PEFT saves them. */
export function loraNames(module: string): { a: string; b: string } {
  return { a: `${adapterPrefix}${module}.lora_A.weight`, b: `${adapterPrefix}${module}.lora_B.weight` };
}

/** Fresh A and B for every target, initialised as PEFT does: A uniform within 1 / sqrt(in), B zero. */
export function initialLora({ modules }: Lora, seed: number): Parameters {
  const generator = new Generator(seed);
  const parameters: Parameters = new Map();
  for (const [module, { inputs, outputs, r }] of modules) {
    const { a, b } = loraNames(module);
    const uniform = () => (2 * generator.uniform() - 1) / Math.sqrt(inputs);
    parameters.set(a, variable(draw(r * inputs, uniform), [r, inputs]));
    parameters.set(b, variable(new Float32Array(outputs * r), [outputs, r]));
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
  lora: Lora | null,
  dropout?: Generator,
): tf.Tensor2D {
  const weight = (name: string) => parameters.get(name) as tf.Tensor as tf.Tensor2D;
  const base = weight(`${module}.weight`);
  const target = lora?.modules.get(module);
  if (!lora || !target) return linear(x, base);
  const { a, b } = loraNames(module);
  const { loraDropout: rate } = lora;
  const drops = dropout && rate > 0;
  if (!drops && mergingPays(x.shape[0], base.shape, target.r)) return linear(x, merged(module, parameters, target));
  const kept = drops ? tf.mul(x, dropoutMask(x.shape, rate, dropout)) : x;
  const low = tf.mul(linear(kept as tf.Tensor2D, weight(a)), target.scale) as tf.Tensor2D; // [N, r]
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
export function merged(module: string, parameters: Parameters, { scale }: LoraModule): tf.Tensor2D {
  const weight = (name: string) => parameters.get(name) as tf.Tensor as tf.Tensor2D;
  const { a, b } = loraNames(module);
  return tf.tidy(() => tf.add(weight(`${module}.weight`), tf.mul(tf.matMul(weight(b), weight(a)), scale)));
}
