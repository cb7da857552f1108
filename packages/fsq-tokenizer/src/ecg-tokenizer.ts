import { readWeights, type TokenizerConfig, type TokenizerWeights } from '@heartllm/lead-encoder/config';
import type { Source } from '@heartllm/safetensors';
import { CausalStream } from './causal-stream.ts';
import { planDecoder } from './codec/decoder.ts';
import { LeadPool } from './codec/lead-pool.ts';
import { type KernelBuild, loadKernels } from './codec/load-kernels.ts';
import { Machine } from './codec/machine.ts';
import { PieceEncoder } from './codec/piece-encoder.ts';
import { availableThreads } from './codec/thread.ts';
import { lookup, type Weights } from './codec/weights.ts';
import { WindowEncoder } from './codec/window-encoder.ts';
import { checkCount, type EcgStream, type StreamOptions } from './ecg-stream.ts';
import { Fsq } from './fsq.ts';
import { normalizeSignal } from './normalize-signal.ts';
import { packagedWeights } from './packaged-weights.ts';
import { prepareSignal } from './prepare-signal.ts';
import type { Recording } from './recording.ts';
import { WindowStream } from './window-stream.ts';
import { type LeadScale, undoZScore } from './z-score.ts';

/** Codes, and what turns the decoded signal back into millivolts. */
export interface ScaledCodes {
  /** 0..codebookSize-1, one per 32 ms: 313 for 10 s. */
  codes: Int32Array;
  /** What the z-score took off each lead, in the unit of the signal. */
  scale: {
    /** [leads], in the model's order. */
    mean: Float32Array;
    /** Population standard deviation [leads], 1 for a constant lead; of a causal tokenizer at least 0.05 mV. */
    std: Float32Array;
  };
}

/** What encodeEach gives for one recording: its codes and the points they were rounded from, or why it has none. */
export type EncodedEach =
  | ({
      /** Which of the inputs, from 0. */
      index: number;
      /** As {@link EcgTokenizer.encodePoints} gives them [codes * D]. */
      points: Float32Array;
    } & ScaledCodes)
  | {
      /** Which of the inputs, from 0. */
      index: number;
      /** A RecordingError where the recording does not fit the model. */
      error: Error;
    };

/**
 * ECG to codes and back on WebAssembly kernels of this package: no tensor engine.
 *
 * Every sum is taken in a fixed order and rounded as IEEE 754 says, so the same weights and the same samples give the
 * same codes in Node and in every browser, to the last bit. For training see `TfEcgTokenizer` of
 * `@heartllm/fsq-tokenizer/tf`.
 */
export class EcgTokenizer {
  /** The model's config.json: leads and their order, Hz, samples per window, levels. */
  readonly config: TokenizerConfig;
  /** The quantizer that makes codes of the network's points; `fsq.codebookSize` is the number of codes, 1296 as published. */
  readonly fsq: Fsq;
  readonly #kernels: WebAssembly.Module;
  readonly #weights: Weights;
  readonly #encoder: WindowEncoder;
  /** For the number of codes that was decoded last. */
  #decoder?: { codes: number; machine: Machine };

  private constructor(kernels: WebAssembly.Module, { config, weights }: TokenizerWeights) {
    this.config = config;
    this.fsq = new Fsq({ levels: config.levels, bound: config.bound });
    this.#kernels = kernels;
    this.#weights = lookup(weights);
    this.#encoder = new WindowEncoder(kernels, this.#weights, config, config.samples);
  }

  /**
   * Reads a tokenizer from a model folder.
   *
   * @param source a folder, Blobs or a URL (see @heartllm/ecg-io); without it, the weights that come with this package:
   *   an encoder trained on PTB-XL, without a decoder
   * @param folder where `config.json` and `model.safetensors` are inside the source
   * @param options `kernels`: 'exact' by default; 'relaxed' is faster and not the same on every machine
   * @throws TokenizerConfigError when the files do not fit together; Error for 'relaxed' where the engine lacks relaxed SIMD;
   *   whatever the source throws
   */
  static async load(
    source?: Source,
    folder = 'ecg-tokenizer',
    { kernels = 'exact' }: { kernels?: KernelBuild } = {},
  ): Promise<EcgTokenizer> {
    const weights = source ? readWeights(source, folder) : readWeights(packagedWeights, '');
    const [module, read] = await Promise.all([loadKernels(kernels), weights]);
    return new EcgTokenizer(module, read);
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
    return this.encodeWithScale(input).codes;
  }

  /**
   * The same codes, and the gain of every lead beside them, so that {@link EcgTokenizer.decode} gives millivolts again.
   *
   * @param input as {@link EcgTokenizer.encode} takes it
   * @returns `scale` [leads] in the unit of the signal, as float32: 96 bytes for twelve leads. Any array of numbers does
   *   for decoding, so it may travel as JSON. Of a causal tokenizer, whose scale runs along with the signal, it is that
   *   of the last sample: away from there millivolts are approximate
   * @throws RecordingError when the recording does not fit the model
   */
  encodeWithScale(input: Recording | ArrayLike<number>[]): ScaledCodes {
    const { z, scale } = this.#zScored(input);
    return { codes: this.fsq.quantize(this.#encoder.encode(z)).indices, scale };
  }

  /**
   * The points that the codes are rounded from, {@link Fsq.bounded}: for a model without discretization.
   *
   * @param input as {@link EcgTokenizer.encode} takes it
   * @returns [codes * D], float32, D the number of levels: 313 * 4 as published
   * @throws RecordingError when the recording does not fit the model
   */
  encodePoints(input: Recording | ArrayLike<number>[]): Float32Array {
    return this.fsq.bounded(this.#encoder.encode(this.#zScored(input).z));
  }

  /**
   * Codes of many recordings, on worker threads, or on this one where workers cannot start. Recordings are taken as they
   * are needed, a few ahead, and their codes and scales come in the same order; one that does not fit is reported and does
   * not stop the others.
   *
   * ```ts
   * for await (const result of tokenizer.encodeEach(records)) {
   *   if ('error' in result) console.error(result.index, result.error.message);
   *   else console.log(result.index, result.codes.length);
   * }
   * ```
   *
   * @param inputs recordings, or [leads][samples], as {@link EcgTokenizer.encode} takes them
   * @param options `threads`: workers; by default, and at most, as many as the machine runs at once. The codes do not depend on it
   * @throws RangeError for `threads` that is no whole number of 1 or more; Error where a worker ends in the middle of its work;
   *   whatever `inputs` throws
   */
  async *encodeEach(
    inputs: Iterable<Recording | ArrayLike<number>[]> | AsyncIterable<Recording | ArrayLike<number>[]>,
    { threads = availableThreads() }: { threads?: number } = {},
  ): AsyncGenerator<EncodedEach> {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new RangeError(`threads: expected an integer of 1 or more, found ${threads}`);
    }
    const workers = Math.min(threads, availableThreads());
    const pool = new LeadPool(this.#kernels, this.#encoder.leadPlan, workers);
    const ahead = 1 + Math.ceil((2 * workers) / this.config.leads.length);
    const running: Promise<EncodedEach>[] = [];
    try {
      let index = 0;
      for await (const input of inputs) {
        const result = this.#encodeOn(pool, input, index++);
        result.catch(() => {}); // thrown where it is taken
        running.push(result);
        if (running.length > ahead) yield (await running.shift())!;
      }
      while (running.length > 0) yield (await running.shift())!;
    } finally {
      pool.close();
    }
  }

  async #encodeOn(pool: LeadPool, input: Recording | ArrayLike<number>[], index: number): Promise<EncodedEach> {
    let prepared: { z: Float32Array<ArrayBuffer>[]; scale: ScaledCodes['scale'] };
    try {
      prepared = this.#zScored(input);
    } catch (error) {
      return { index, error: error as Error };
    }
    const features = await Promise.all(prepared.z.map((lead) => pool.run(lead)));
    const points = this.#encoder.points(features);
    const { scale } = prepared;
    return { index, codes: this.fsq.quantize(points).indices, points: this.fsq.bounded(points), scale };
  }

  #zScored(input: Recording | ArrayLike<number>[]) {
    const { z, mean, std } = normalizeSignal(prepareSignal(input, this.config).signal, this.config);
    return { z, scale: { mean: Float32Array.from(mean), std: Float32Array.from(std) } };
  }

  /**
   * Codes of an ECG while it is recorded.
   *
   * ```ts
   * const stream = tokenizer.stream();
   * onSamples((samples) => show(stream.push(samples))); // [leads][n]; none, or 16 codes every half a second
   * onEnd(() => show(stream.end()));
   * ```
   *
   * The published tokenizer normalizes over its whole window, which is encoded anew after every hop. Of a causal one the
   * codes are those of {@link EcgTokenizer.encode} on the whole recording, one by one, 32 ms late.
   *
   * @throws RangeError for a `hop` or `lookahead` that is no whole number or beyond 2 s; of a causal tokenizer for any `lookahead`
   */
  stream(options: StreamOptions = {}): EcgStream {
    const { samples, encoder } = this.config;
    const encoderFor = (length: number) =>
      length === samples ? this.#encoder : new WindowEncoder(this.#kernels, this.#weights, this.config, length);
    if (!encoder.causal) return new WindowStream(this.config, this.fsq, encoderFor, options);
    const { hop = 1, lookahead = 0 } = options;
    checkCount('hop', hop, 1, samples);
    checkCount('lookahead', lookahead, 0, 0);
    const pieces = new PieceEncoder(this.#kernels, this.#weights, this.config, hop * 2 ** encoder.blocks);
    return new CausalStream(this.config, this.fsq, pieces);
  }

  /**
   * The signal that codes stand for.
   *
   * @param codes any number of them; 313 for a whole ECG
   * @param scale from {@link EcgTokenizer.encodeWithScale}
   * @returns [leads][samples], in the unit of the recording; without `scale` z-scored: mean 0 and standard deviation 1 per lead, not
   *   millivolts
   * @throws RangeError for a code outside the codebook, or a scale of another number of leads; Error when the weights hold no decoder
   */
  decode(codes: ArrayLike<number>, scale?: LeadScale): Float32Array[] {
    const z = this.#decodeZ(codes);
    return scale ? undoZScore(z, scale) : z;
  }

  /** [leads][samples] */
  #decodeZ(codes: ArrayLike<number>): Float32Array[] {
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
