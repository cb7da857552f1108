import { readWeights, type TokenizerConfig, type TokenizerWeights } from '@heartllm/lead-encoder/config';
import type { Source } from '@heartllm/safetensors';
import { planDecoder } from './codec/decoder.ts';
import { planLead, planPoints } from './codec/encoder.ts';
import { loadKernels } from './codec/load-kernels.ts';
import { Machine } from './codec/machine.ts';
import { lookup, type Weights } from './codec/weights.ts';
import { Fsq } from './fsq.ts';
import { packagedWeights } from './packaged-weights.ts';
import { prepareSignal, type Recording } from './prepare-signal.ts';
import { zScore } from './z-score.ts';

/**
 * ECG to codes and back on WebAssembly kernels of this package: no tensor engine.
 *
 * Every sum is taken in a fixed order and rounded as IEEE 754 says, so the same weights and the same samples give the
 * same codes in Node and in every browser, to the last bit. For training see `TfEcgTokenizer` of
 * `@heartllm/fsq-tokenizer/tf`.
 */
export class EcgTokenizer {
  readonly config: TokenizerConfig;
  readonly fsq: Fsq;
  readonly #kernels: WebAssembly.Module;
  readonly #weights: Weights;
  readonly #lead: Machine;
  readonly #points: Machine;
  /** For the number of codes that was decoded last. */
  #decoder?: { codes: number; machine: Machine };

  private constructor(kernels: WebAssembly.Module, { config, weights }: TokenizerWeights) {
    this.config = config;
    this.fsq = new Fsq({ levels: config.levels, bound: config.bound });
    this.#kernels = kernels;
    this.#weights = lookup(weights);
    const plan = planLead(this.#weights, config, config.samples);
    this.#lead = new Machine(kernels, plan);
    this.#points = new Machine(kernels, planPoints(this.#weights, config, plan.output.length));
  }

  /**
   * Reads a tokenizer from a model folder.
   *
   * @param source a folder, Blobs or a URL (see @heartllm/ecg-io); without it, the weights that come with this package:
   *   an encoder trained on PTB-XL, without a decoder
   * @param folder where `config.json` and `model.safetensors` are inside the source
   * @throws TokenizerConfigError when the files do not fit together; whatever the source throws
   */
  static async load(source?: Source, folder = 'ecg-tokenizer'): Promise<EcgTokenizer> {
    const weights = source ? readWeights(source, folder) : readWeights(packagedWeights, '');
    return new EcgTokenizer(await loadKernels(), await weights);
  }

  /**
   * Codes of one recording.
   *
   * @param input a recording (leads by name, checked against the model) or [leads][samples] in the model's order;
   *   invalid samples (NaN) are bridged
   * @returns one code per 32 ms: 313 of 0..1295 for the published tokenizer
   * @throws RecordingError when the recording does not fit the model
   */
  encode(input: Recording | ArrayLike<number>[]): Int32Array {
    const { z } = zScore(prepareSignal(input, this.config).signal);
    const features = z.map((lead) => this.#lead.run([lead]).slice());
    return this.fsq.quantize(columns(this.#points.run(features), this.config.levels.length)).indices;
  }

  /**
   * The signal that codes stand for.
   *
   * @param codes any number of them; 313 for a whole ECG
   * @returns [leads][samples], z-scored: mean 0 and standard deviation 1 per lead, not millivolts
   * @throws RangeError for a code outside the codebook; Error when the weights hold no decoder
   */
  decode(codes: ArrayLike<number>): Float32Array[] {
    const { decoder, leads, samples } = this.config;
    if (!decoder) throw new Error('this tokenizer has no decoder: its weights hold the encoder only');
    const values = this.fsq.indicesToCodes(codes);
    if (codes.length === 0) return leads.map(() => new Float32Array(0));
    if (this.#decoder?.codes !== codes.length) {
      const plan = planDecoder(this.#weights, this.config, decoder, codes.length);
      this.#decoder = { codes: codes.length, machine: new Machine(this.#kernels, plan) };
    }
    const signal = this.#decoder.machine.run([values]); // [16 * codes][pitch]
    const pitch = Math.ceil(leads.length / 8) * 8;
    const length = Math.min(samples, signal.length / pitch);
    return leads.map((_, lead) => Float32Array.from({ length }, (_, t) => signal[t * pitch + lead]));
  }
}

/** The first columns of rows that are padded to eight. */
function columns(rows: Float32Array, count: number): Float32Array {
  const pitch = Math.ceil(count / 8) * 8;
  return Float32Array.from(
    { length: (rows.length / pitch) * count },
    (_, i) => rows[Math.floor(i / count) * pitch + (i % count)],
  );
}
