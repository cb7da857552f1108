import type { Generator } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import { attention, type KeysAndValues, type Pass } from './attention.ts';
import type { LlamaConfig } from './config.ts';
import { linear } from './linear.ts';
import { adapted } from './lora.ts';
import type { Lora } from './lora-config.ts';
import { attentionMask, positions } from './mask.ts';
import { mlp } from './mlp.ts';
import { embeddingName, headName, type Parameters } from './parameters.ts';
import { type ProjectorConfig, type Vectors, withVectors } from './projector.ts';
import { rmsNorm } from './rms-norm.ts';
import { forHeads, rotation } from './rope.ts';
import { inverseFrequencies } from './rope-frequencies.ts';
import { attentionFactor } from './rope-scaling.ts';

/** What the computation needs of a model. */
export interface Model {
  readonly config: LlamaConfig;
  readonly parameters: Parameters;
  readonly lora: Lora | null;
  readonly projector: ProjectorConfig | null;
}

export interface Decoded {
  /** [B * T, D], after the last norm. */
  hidden: tf.Tensor2D;
  /** Keys and values of every layer, of all S tokens so far. */
  cache: KeysAndValues[];
}

/**
 * Runs the decoder layers over new tokens.
 *
 * @param inputIds [B][T], the new tokens.
 * @param mask [B][S], 1 for tokens and 0 for padding, over the earlier tokens and the new ones.
 * @param past each layer's keys and values of the S - T earlier tokens.
 * @param dropout draws LoRA's dropout masks; without it nothing is dropped.
 * @param vectors in the place of words, where the model has a projector.
 * @param watch is shown the attention weights, see {@link Pass}.
 */
export function decode(
  model: Model,
  inputIds: number[][],
  mask: number[][],
  past?: KeysAndValues[],
  dropout?: Generator,
  vectors?: Vectors,
  watch?: Pass['watch'],
): Decoded {
  const { config, parameters, lora, projector } = model;
  const [batch, length] = [inputIds.length, inputIds[0].length];
  const { numAttentionHeads: heads, numKeyValueHeads: groups } = config;
  const places = positions(mask, mask[0].length - length); // [B * T]
  const longest = places.reduce((most, place) => Math.max(most, place + 1), 0);
  const turn = rotation(inverseFrequencies(config, longest), places, attentionFactor(config.ropeScaling));
  const pass: Pass = {
    batch,
    length,
    queryRotation: forHeads(turn, heads),
    keyRotation: forHeads(turn, groups),
    spans: attentionMask(mask, length, heads / groups),
    watch,
  };
  const weight = (name: string) => parameters.get(name) as tf.Variable;
  const norm = (x: tf.Tensor2D, name: string) => rmsNorm(x, weight(name) as tf.Tensor1D, config.rmsNormEps);

  let x = tf.gather(weight(embeddingName), tf.tensor1d(inputIds.flat(), 'int32')) as tf.Tensor2D; // [B * T, D]
  if (projector && vectors) x = withVectors(x, inputIds, vectors, projector, parameters);
  const cache: KeysAndValues[] = [];
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const prefix = `model.layers.${layer}`;
    const project = (name: string, y: tf.Tensor2D) => adapted(y, `${prefix}.${name}`, parameters, lora, dropout);
    const { output, keys, values } = attention(
      norm(x, `${prefix}.input_layernorm.weight`),
      project,
      config,
      pass,
      past?.[layer],
    );
    cache.push({ keys, values });
    x = tf.add(x, output);
    x = tf.add(x, mlp(norm(x, `${prefix}.post_attention_layernorm.weight`), project));
  }
  return { hidden: norm(x, 'model.norm.weight'), cache };
}

/** The output layer's weights [V, D]. */
export function outputWeight({ config, parameters }: Model): tf.Tensor2D {
  return parameters.get(config.tieWordEmbeddings ? embeddingName : headName) as tf.Tensor as tf.Tensor2D;
}

/** The output layer: [N, D] to logits [N, V]. */
export function head(model: Model, hidden: tf.Tensor2D): tf.Tensor2D {
  return linear(hidden, outputWeight(model));
}
