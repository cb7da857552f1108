import * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from './config.ts';

/** Weights by name. Base weights carry Hugging Face's names, LoRA's carry PEFT's. */
export type Parameters = Map<string, tf.Variable>;

export const embeddingName = 'model.embed_tokens.weight';
export const headName = 'lm_head.weight';

/** What PEFT puts before the names of the base's modules. */
export const adapterPrefix = 'base_model.model.';

/** 'model.norm' for 'model.norm.weight', with or without PEFT's prefix. */
export function moduleOf(tensor: string): string {
  return tensor.slice(tensor.startsWith(adapterPrefix) ? adapterPrefix.length : 0, -'.weight'.length);
}

/** The seven linear layers of a decoder layer, each with its input and output width. */
export function projections(config: LlamaConfig): Record<string, { inputs: number; outputs: number }> {
  const { hiddenSize, intermediateSize, headDim } = config;
  const queries = config.numAttentionHeads * headDim;
  const keys = config.numKeyValueHeads * headDim;
  return {
    'self_attn.q_proj': { inputs: hiddenSize, outputs: queries },
    'self_attn.k_proj': { inputs: hiddenSize, outputs: keys },
    'self_attn.v_proj': { inputs: hiddenSize, outputs: keys },
    'self_attn.o_proj': { inputs: queries, outputs: hiddenSize },
    'mlp.gate_proj': { inputs: hiddenSize, outputs: intermediateSize },
    'mlp.up_proj': { inputs: hiddenSize, outputs: intermediateSize },
    'mlp.down_proj': { inputs: intermediateSize, outputs: hiddenSize },
  };
}

/** Every base weight's name and shape, [out, in] for linear layers, in the order of transformers' state_dict. */
export function parameterShapes(config: LlamaConfig): Map<string, number[]> {
  const { hiddenSize, vocabSize } = config;
  const shapes = new Map<string, number[]>([[embeddingName, [vocabSize, hiddenSize]]]);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    for (const [name, { inputs, outputs }] of Object.entries(projections(config))) {
      shapes.set(`model.layers.${layer}.${name}.weight`, [outputs, inputs]);
    }
    shapes.set(`model.layers.${layer}.input_layernorm.weight`, [hiddenSize]);
    shapes.set(`model.layers.${layer}.post_attention_layernorm.weight`, [hiddenSize]);
  }
  shapes.set('model.norm.weight', [hiddenSize]);
  if (!config.tieWordEmbeddings) shapes.set(headName, [vocabSize, hiddenSize]);
  return shapes;
}

/** `count` values of a random function. */
export function draw(count: number, next: () => number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = next();
  return values;
}

/** A variable that takes the values over; tfjs names it, so two models can be in memory at once. */
export function variable(data: Float32Array, shape: number[], trainable = true): tf.Variable {
  const initial = tf.tensor(data, shape, 'float32');
  const made = tf.variable(initial, trainable);
  initial.dispose();
  return made;
}
