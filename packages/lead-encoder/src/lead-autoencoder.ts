import type { Generator } from '@heartllm/backend';
import type { Source } from '@heartllm/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { decode } from './decoder.ts';
import { encode } from './encoder.ts';
import { allParameters, type ParameterSpec } from './parameters.ts';
import { readWeights } from './read-weights.ts';
import type { Parameters } from './res-inception.ts';
import type { TokenizerConfig } from './tokenizer-config.ts';

/** Encoder and decoder with their weights as variables, under the names of the published state_dict. */
export class LeadAutoencoder {
  readonly config: TokenizerConfig;
  /** Weights, trainable, and the running statistics of a causal encoder, which are not. */
  readonly parameters: Map<string, tf.Variable>;
  readonly #lookup: Parameters;

  private constructor(config: TokenizerConfig, parameters: Map<string, tf.Variable>) {
    this.config = config;
    this.parameters = parameters;
    this.#lookup = (name) => {
      const parameter = parameters.get(name);
      if (!parameter) throw new Error(`the tokenizer has no parameter ${name}`);
      return parameter;
    };
  }

  /** A new network, drawn as PyTorch draws it; the same generator state gives the same weights. */
  static create(config: TokenizerConfig, generator: Generator): LeadAutoencoder {
    const parameters = new Map<string, tf.Variable>();
    for (const spec of allParameters(config)) {
      const values = new Float32Array(spec.shape.reduce((a, b) => a * b, 1));
      if (spec.init === 'ones') values.fill(1);
      else if (spec.init !== 'zeros') {
        const bound = 1 / Math.sqrt(spec.init.fanIn);
        for (let i = 0; i < values.length; i++) values[i] = bound * (2 * generator.uniform() - 1);
      }
      parameters.set(spec.name, variable(values, spec));
    }
    return new LeadAutoencoder(config, parameters);
  }

  /**
   * Reads `config.json` and `model.safetensors` from a folder of a source onto the active backend.
   *
   * @throws TokenizerConfigError as {@link readWeights}
   */
  static async load(source: Source, folder = 'ecg-tokenizer'): Promise<LeadAutoencoder> {
    const { config, weights } = await readWeights(source, folder);
    const parameters = allParameters(config).map((spec): [string, tf.Variable] => [
      spec.name,
      variable(weights.get(spec.name)!, spec),
    ]);
    return new LeadAutoencoder(config, new Map(parameters));
  }

  /**
   * @param x [B, leads, samples], z-scored; any number of samples
   * @param options `training`: of a causal encoder: normalize with the batch's statistics, which enter the running ones;
   *   false by default. Other encoders do the same in both cases
   * @returns [B, codes, dimensions], before the quantizer's sigmoid or tanh
   */
  encode(x: tf.Tensor3D, { training = false }: { training?: boolean } = {}): tf.Tensor3D {
    return encode(x, this.#lookup, this.config, training);
  }

  /**
   * @param codes [B, codes, dimensions], values as the quantizer gives them; any number of codes
   * @returns [B, leads, samples], z-scored; as many samples as the codes stand for, at most `config.samples`
   * @throws Error when the configuration has no decoder
   */
  decode(codes: tf.Tensor3D): tf.Tensor3D {
    return decode(codes, this.#lookup, this.config);
  }

  /** The weights, running statistics included, as plain arrays, for saving. */
  async tensors(): Promise<Record<string, { shape: number[]; data: Float32Array }>> {
    const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
    for (const [name, parameter] of this.parameters) {
      tensors[name] = { shape: parameter.shape, data: (await parameter.data()) as Float32Array };
    }
    return tensors;
  }

  /** Frees the weights; the network is of no use afterwards. */
  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
    this.parameters.clear();
  }
}

/** Unnamed, because tfjs refuses a second variable of the same name, and a program may hold two networks. */
function variable(values: Float32Array, { shape, buffer }: ParameterSpec): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape, 'float32'), !buffer));
}
