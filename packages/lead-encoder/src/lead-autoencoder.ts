import type { Generator } from '@heartllm/backend';
import { openSafetensors, type Source } from '@heartllm/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { parseTokenizerConfig, type TokenizerConfig } from './config.ts';
import { decode } from './decoder.ts';
import { encode } from './encoder.ts';
import { decoderParameters, encoderParameters, type ParameterSpec } from './parameters.ts';
import type { Parameters } from './res-inception.ts';

/** Encoder and decoder with their weights as trainable variables, under the names of the published state_dict. */
export class LeadAutoencoder {
  readonly config: TokenizerConfig;
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
      parameters.set(spec.name, variable(values, spec.shape));
    }
    return new LeadAutoencoder(config, parameters);
  }

  /**
   * Reads `config.json` and `model.safetensors` from a folder of a source.
   *
   * @throws Error naming the file, the tensor, its expected and its found shape
   */
  static async load(source: Source, folder = 'ecg-tokenizer'): Promise<LeadAutoencoder> {
    const prefix = folder === '' || folder === '.' ? '' : `${folder.replace(/\/+$/, '')}/`;
    const configPath = `${prefix}config.json`;
    const text = new TextDecoder().decode(await source.read(configPath));
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new Error(`${configPath}: not JSON (${(error as Error).message})`);
    }
    const config = parseTokenizerConfig(json, configPath);
    const path = `${prefix}model.safetensors`;
    const file = await openSafetensors(source, path);
    const parameters = new Map<string, tf.Variable>();
    for (const spec of allParameters(config)) {
      if (!file.names.includes(spec.name)) throw new Error(`${path}: tensor ${spec.name} is missing`);
      const { shape } = file.info(spec.name);
      if (shape.join() !== spec.shape.join()) {
        throw new Error(`${path}: ${spec.name}: expected shape [${spec.shape}], found [${shape}]`);
      }
      const { data } = await file.read(spec.name);
      if (!(data instanceof Float32Array)) throw new Error(`${path}: ${spec.name}: expected floating-point values`);
      parameters.set(spec.name, variable(data, spec.shape));
    }
    return new LeadAutoencoder(config, parameters);
  }

  /** @param x [B, leads, samples], z-scored @returns [B, codes, dimensions] before the quantizer */
  encode(x: tf.Tensor3D): tf.Tensor3D {
    return encode(x, this.#lookup, this.config);
  }

  /** @param codes [B, codes, dimensions] @returns [B, leads, samples], z-scored */
  decode(codes: tf.Tensor3D): tf.Tensor3D {
    return decode(codes, this.#lookup, this.config);
  }

  /** The weights as plain arrays, for saving. */
  async tensors(): Promise<Record<string, { shape: number[]; data: Float32Array }>> {
    const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
    for (const [name, parameter] of this.parameters) {
      tensors[name] = { shape: parameter.shape, data: (await parameter.data()) as Float32Array };
    }
    return tensors;
  }

  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
    this.parameters.clear();
  }
}

function allParameters(config: TokenizerConfig): ParameterSpec[] {
  return [...encoderParameters(config), ...decoderParameters(config)];
}

/** Unnamed, because tfjs refuses a second variable of the same name, and a program may hold two networks. */
function variable(values: Float32Array, shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape, 'float32')));
}
