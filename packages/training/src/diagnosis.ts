import type { Generator } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';

/** Width of what is averaged over the codes. */
const WIDTH = 64;

/** What is known of a recording, label by label: 1 present, 0 absent, NaN not known. */
export type Labels = Float32Array;

/**
 * Diagnoses from a bag of codes: every code is turned into features by itself, and their mean over time decides. It is
 * trained along with the tokenizer, so that codes carry what a diagnosis needs and a small reconstruction error does not;
 * afterwards it is thrown away. Not in the published recipe.
 */
export class DiagnosisHead {
  /** Its weights, in float32, under names that no weight of the tokenizer has: 'diagnosis.code.weight' [in, out] and the like. */
  readonly parameters: Map<string, tf.Variable>;

  /**
   * @param dimensions D, numbers of a code
   * @param labels number of labels
   * @param generator draws the weights as PyTorch draws those of a linear layer: uniform within 1 / sqrt(in)
   */
  constructor(dimensions: number, labels: number, generator: Generator) {
    const layer = (name: string, inputs: number, outputs: number): [string, tf.Variable][] => {
      const drawn = (shape: number[]) => {
        const size = shape.reduce((a, b) => a * b);
        const values = Float32Array.from({ length: size }, () => (2 * generator.uniform() - 1) / Math.sqrt(inputs));
        return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
      };
      return [
        [`diagnosis.${name}.weight`, drawn([inputs, outputs])],
        [`diagnosis.${name}.bias`, drawn([outputs])],
      ];
    };
    this.parameters = new Map([
      ...layer('code', dimensions, WIDTH),
      ...layer('features', WIDTH, WIDTH),
      ...layer('label', WIDTH, labels),
    ]);
  }

  /**
   * Tells the labels of recordings from their codes.
   *
   * @param codes as the quantizer gives them [B, T, D], 0..1
   * @returns a logit for every label [B, labels]
   */
  logits(codes: tf.Tensor3D): tf.Tensor2D {
    return tf.tidy(() => {
      const [batch, steps, dimensions] = codes.shape;
      const linear = (x: tf.Tensor2D, name: string) =>
        tf.add(tf.matMul(x, this.#parameter(`${name}.weight`)), this.#parameter(`${name}.bias`)) as tf.Tensor2D;
      const centred = tf.sub(tf.mul(codes, 2), 1); // [B, T, D], -1..1
      const each = tf.leakyRelu(linear(tf.reshape(centred, [batch * steps, dimensions]), 'code'), 0.01);
      const features = tf.leakyRelu(linear(each as tf.Tensor2D, 'features'), 0.01); // [B * T, WIDTH]
      return linear(tf.mean(tf.reshape(features, [batch, steps, WIDTH]), 1) as tf.Tensor2D, 'label');
    });
  }

  /** Frees the head's weights. */
  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
    this.parameters.clear();
  }

  #parameter(name: string): tf.Tensor2D {
    return this.parameters.get(`diagnosis.${name}`) as tf.Tensor as tf.Tensor2D;
  }
}

/**
 * Mean binary cross-entropy over what is known, in nats; 0 where nothing is. Differentiable in the logits.
 *
 * @param logits [B, labels]
 * @param labels of each recording, [B][labels]
 */
export function labelLoss(logits: tf.Tensor2D, labels: readonly Labels[]): tf.Scalar {
  return tf.tidy(() => {
    const flat = labels.flatMap((row) => [...row]);
    const known = tf.tensor2d(
      flat.map((value) => (Number.isNaN(value) ? 0 : 1)),
      logits.shape,
    );
    const target = tf.tensor2d(
      flat.map((value) => value || 0),
      logits.shape,
    );
    // log(1 + e^x) - y x
    const each = tf.sub(tf.softplus(logits), tf.mul(target, logits)); // [B, labels]
    const count = Math.max(1, flat.filter((value) => !Number.isNaN(value)).length);
    return tf.div(tf.sum(tf.mul(each, known)), count) as tf.Scalar;
  });
}

/**
 * Area under the receiver operating characteristic, the mean over labels that are present in some recordings and absent
 * in others; NaN where there is none.
 *
 * @param scores the higher the likelier [recordings][labels]
 * @param labels [recordings][labels]
 */
export function meanAuroc(scores: readonly Float32Array[], labels: readonly Labels[]): number {
  let sum = 0;
  let count = 0;
  for (let label = 0; label < labels[0].length; label++) {
    const of = (value: number) => scores.flatMap((row, i) => (labels[i][label] === value ? [row[label]] : []));
    const [present, absent] = [of(1), of(0)];
    if (!present.length || !absent.length) continue;
    const wins = present.map((a) => absent.reduce((won, b) => won + (a > b ? 1 : a === b ? 0.5 : 0), 0));
    sum += wins.reduce((a, b) => a + b) / (present.length * absent.length);
    count++;
  }
  return count ? sum / count : Number.NaN;
}
