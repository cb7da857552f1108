import * as tf from '@tensorflow/tfjs-core';
import { type AdapterPlan, deltaName } from './adapter-plan.ts';
import type { Llama } from './llama.ts';
import { loraNames } from './lora.ts';
import { embeddingName, headName, adapterPrefix as prefix, variable } from './parameters.ts';
import { readWeight } from './read-weights.ts';

/**
 * Puts an adapter onto a base: LoRA matrices beside its linear layers, full weights and rows in place of its own. The
 * LoRA and the weights of modules_to_save are trainable afterwards, all others are frozen.
 */
export async function applyAdapter(llama: Llama, plan: AdapterPlan): Promise<void> {
  const { weights, lora } = plan;
  const { parameters, config, brought } = llama;
  llama.setTrainable(() => false);
  for (const [module, { inputs, outputs, r }] of lora.modules) {
    const { a, b } = loraNames(module);
    for (const [name, shape] of [[a, [r, inputs]] as const, [b, [outputs, r]] as const]) {
      parameters.set(name, variable(await readWeight(weights, name, [...shape]), [...shape]));
    }
  }
  llama.lora = lora;

  const assign = async (stored: string, base: string) => {
    const name = base === headName && llama.config.tieWordEmbeddings ? embeddingName : base;
    const target = parameters.get(name) as tf.Variable;
    const values = tf.tensor(await readWeight(weights, stored, target.shape), target.shape);
    target.assign(values);
    values.dispose();
    brought.add(name);
    return target;
  };
  for (const [stored, base] of plan.beneath) await assign(stored, base);
  if (plan.unties) {
    // PEFT trains a copy of one of the two matrices, so the other stays what it was unless it is saved too
    parameters.set(headName, tf.variable(parameters.get(embeddingName) as tf.Variable, false));
    if (brought.has(embeddingName)) brought.add(headName);
    llama.config = { ...config, tieWordEmbeddings: false };
  }
  for (const name of plan.inFull) (await assign(`${prefix}${name}`, name)).trainable = true;

  for (const { name, ids } of plan.rows) {
    const target = parameters.get(name) as tf.Variable; // [V, D]
    const [words, width] = target.shape;
    const rows = await readWeight(weights, deltaName(name), [ids.length, width]); // [ids, D]
    const values = (await target.data()).slice() as Float32Array; // of two matrices, until now, perhaps
    ids.forEach((id, i) => {
      values.set(rows.subarray(i * width, (i + 1) * width), id * width);
    });
    const replaced = tf.tensor2d(values, [words, width]);
    target.assign(replaced);
    replaced.dispose();
    brought.add(name);
  }
}
