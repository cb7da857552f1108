import type { Generator } from '@heartllm/backend';
import type { Source } from '@heartllm/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { decode } from './decoder.ts';
import { encode } from './encoder.ts';
import { allParameters, type ParameterSpec } from './parameters.ts';
import { readWeights } from './read-weights.ts';
import type { Parameters } from './res-inception.ts';
import { parseTokenizerConfig, type TokenizerConfig } from './tokenizer-config.ts';

/** Encoder and decoder with their weights as variables, under the names of the published state_dict. */
export class LeadAutoencoder {
  /** What the network is built from; the shapes of all methods follow from it. */
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

  /**
   * A new network on the active backend, drawn as PyTorch draws it: uniform in +-1/sqrt(fan-in), norms 1 and 0.
   *
   * @param generator gives one draw for each weight that is not 1 or 0; the same state gives the same weights
   * @throws TokenizerConfigError for a configuration that no model folder could have, as {@link parseTokenizerConfig}
   */
  static create(config: TokenizerConfig, generator: Generator): LeadAutoencoder {
    parseTokenizerConfig(config, 'the configuration');
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
   * @param source a folder, Blobs or a URL from @heartllm/ecg-io
   * @param folder inside the source, 'ecg-tokenizer' by default; '' or '.' is the source itself
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
   * The points that the quantizer rounds, one every 2^blocks samples (16, 32 ms, as published).
   *
   * @param x [B, leads, samples], float32, z-scored; any number of samples
   * @param options `training`: of a causal encoder: normalize with the batch's statistics, which enter the running ones;
   *   false by default. Other encoders do the same in both cases
   * @returns [B, codes, dimensions], before the quantizer's sigmoid or tanh
   */
  encode(x: tf.Tensor3D, { training = false }: { training?: boolean } = {}): tf.Tensor3D {
    return encode(x, this.#lookup, this.config, training);
  }

  /**
   * The signal that quantized points stand for.
   *
   * @param codes [B, codes, dimensions], float32, values as the quantizer gives them; any number of codes
   * @returns [B, leads, samples], z-scored; as many samples as the codes stand for, at most `config.samples`
   * @throws Error when the configuration has no decoder
   */
  decode(codes: tf.Tensor3D): tf.Tensor3D {
    return decode(codes, this.#lookup, this.config);
  }

  /**
   * The weights, running statistics included, by their names in the state_dict, as plain arrays: what `writeSafetensors`
   * takes.
   */
  async tensors(): Promise<
    Record<
      string,
      {
        /** PyTorch's, of a convolution [Cout, Cin, K]. */
        shape: number[];
        /** Row-major. */
        data: Float32Array;
      }
    >
  > {
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
