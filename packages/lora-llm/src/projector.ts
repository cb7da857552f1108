import { Generator } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import type { TensorValues } from './adapter-tensors.ts';
import type { Model } from './decoder.ts';
import { LlamaError, mismatch } from './errors.ts';
import { JsonFields } from './json-fields.ts';
import { linear } from './linear.ts';
import { draw, type Parameters, variable } from './parameters.ts';

/** Vectors in place of words: the ids that they stand at in a prompt, and how many numbers a vector has. */
export interface ProjectorConfig {
  /** Of `count` ids in a row: the id of ECG code 0. */
  firstId: number;
  /** Ids that stand for vectors: as many as there are ECG codes. */
  count: number;
  /** Numbers in a vector: the dimensions of the quantizer, 4 in the published one. */
  width: number;
}

/** For each row of a batch the vectors of its ids in the projector's range, one after the other, [n * width]. */
export type Vectors = readonly (Float32Array | undefined)[];

const WEIGHT = 'projector.weight';
const BIAS = 'projector.bias';

/** Shapes by name, [out, in] as of a linear layer. */
export function projectorShapes({ width }: ProjectorConfig, hiddenSize: number): Map<string, number[]> {
  return new Map([
    [WEIGHT, [hiddenSize, width]],
    [BIAS, [hiddenSize]],
  ]);
}

/** A projector whose weights are drawn from N(0, range); the bias is 0. */
export function initialProjector(config: ProjectorConfig, hiddenSize: number, range: number, seed: number): Parameters {
  const generator = new Generator(seed);
  const parameters: Parameters = new Map();
  for (const [name, shape] of projectorShapes(config, hiddenSize)) {
    const size = shape.reduce((a, b) => a * b);
    const values = name === BIAS ? new Float32Array(size) : draw(size, () => range * generator.normal());
    parameters.set(name, variable(values, shape));
  }
  return parameters;
}

/** @throws LlamaError for a row that has not one vector for every id in the range */
export function checkVectors(config: ProjectorConfig | null, inputIds: number[][], vectors: Vectors | undefined): void {
  if (!config) {
    if (vectors) throw new LlamaError('vectors: the model has no projector for them');
    return;
  }
  inputIds.forEach((row, b) => {
    const wanted = row.filter((id) => isVector(config, id)).length * config.width;
    const found = vectors?.[b]?.length ?? 0;
    if (found !== wanted) throw new LlamaError(`vectors[${b}]: expected ${wanted} numbers, found ${found}`);
  });
}

/**
 * Puts projected vectors in the place of embeddings.
 *
 * @param embedded [B * T, D]
 * @param vectors as {@link checkVectors} lets them pass
 * @returns [B * T, D]
 */
export function withVectors(
  embedded: tf.Tensor2D,
  inputIds: number[][],
  vectors: Vectors,
  config: ProjectorConfig,
  parameters: Parameters,
): tf.Tensor2D {
  const ids = inputIds.flat();
  let next = ids.length;
  const rows = ids.map((id, i) => (isVector(config, id) ? next++ : i));
  const count = next - ids.length;
  if (!count) return embedded;
  const values = new Float32Array(count * config.width);
  let at = 0;
  for (const row of vectors) {
    values.set(row ?? [], at);
    at += row?.length ?? 0;
  }
  const [weight, bias] = [WEIGHT, BIAS].map((name) => parameters.get(name) as tf.Variable);
  const projected = tf.add(
    linear(tf.tensor2d(values, [count, config.width]), weight as tf.Tensor as tf.Tensor2D),
    bias,
  );
  return tf.gather(tf.concat([embedded, projected as tf.Tensor2D]), tf.tensor1d(rows, 'int32')) as tf.Tensor2D;
}

function isVector({ firstId, count }: ProjectorConfig, id: number): boolean {
  return id >= firstId && id < firstId + count;
}

/** The projector's config.json, of this project's own format: `first_id`, `count` and `width`. */
export function projectorConfigJson({ firstId, count, width }: ProjectorConfig): Record<string, number> {
  return { first_id: firstId, count, width };
}

/** @throws LlamaError naming file and field, for what is no projector of a model with so many words */
export function parseProjectorConfig(json: unknown, file: string, vocabSize: number): ProjectorConfig {
  const fields = new JsonFields(json, file);
  const whole = (field: string, least: number) => {
    const value = fields.number(field);
    if (!Number.isSafeInteger(value) || value < least) throw fields.wrong(field, `a whole number from ${least}`);
    return value;
  };
  const [firstId, count, width] = [whole('first_id', 0), whole('count', 1), whole('width', 1)];
  if (firstId + count > vocabSize) {
    const ids = `ids ${firstId} to ${firstId + count - 1}`;
    throw mismatch({ file, field: 'count' }, `ids of the model's vocabulary of ${vocabSize}`, ids);
  }
  return { firstId, count, width };
}

/**
 * The projector's weights by name; with {@link projectorConfigJson} as config.json, what loadLlama takes as a projector.
 *
 * @throws LlamaError where the model has none
 */
export async function projectorTensors({
  projector,
  parameters,
  config,
}: Model): Promise<Record<string, TensorValues>> {
  if (!projector) throw new LlamaError('the model has no projector: call addProjector first');
  const tensors: Record<string, TensorValues> = {};
  for (const [name, shape] of projectorShapes(projector, config.hiddenSize)) {
    tensors[name] = { shape, data: (await (parameters.get(name) as tf.Variable).data()) as Float32Array };
  }
  return tensors;
}
