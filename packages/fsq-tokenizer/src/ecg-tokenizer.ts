import { readWeights, type TokenizerConfig, type TokenizerWeights } from '@heartllm/lead-encoder/config';
import type { Source } from '@heartllm/safetensors';
import { CausalStream } from './causal-stream.ts';
import { planDecoder } from './codec/decoder.ts';
import type { KernelBuild } from './codec/kernel-build.ts';
import { LeadPool } from './codec/lead-pool.ts';
import { loadKernels } from './codec/load-kernels.ts';
import { Machine } from './codec/machine.ts';
import { PieceEncoder } from './codec/piece-encoder.ts';
import { availableThreads } from './codec/thread.ts';
import { lookup, type Weights } from './codec/weights.ts';
import { WindowEncoder } from './codec/window-encoder.ts';
import { checkCount, type EcgStream, type StreamOptions } from './ecg-stream.ts';
import { Fsq, noDecoder, numbersOf } from './fsq.ts';
import { packagedWeights } from './packaged-weights.ts';
import { millivoltsIn, prepareSignal, type Recording } from './recording.ts';
import { WindowStream } from './window-stream.ts';
import { type LeadScale, normalizeSignal, undoZScore } from './z-score.ts';

/** Codes, and what turns the decoded signal back into the recording's unit. */
export interface ScaledCodes {
  /** 0..codebookSize-1, one per 32 ms: 313 for 10 s. */
  codes: Int32Array;
  /**
   * What the z-score took off each lead, in the unit of the signal [leads], as float32: 96 bytes for twelve leads. The
   * deviation is the population's, 1 for a constant lead. Of a causal tokenizer, whose scale runs along with the signal,
   * it is that of the last sample: away from there millivolts are approximate.
   */
  scale: {
    /** [leads], in the model's order. */
    mean: Float32Array;
    /** [leads], in the model's order. */
    std: Float32Array;
  };
}

/** A recording as codes, with all that was found out on the way. */
export interface TokenizedRecording extends ScaledCodes {
  /**
   * What the codes are rounded from, {@link Fsq.bounded}, for a model without discretization [codes * D], D the number of
   * levels: 313 * 4 as published.
   */
  points: Float32Array;
  /** Units of the signal in the model's lead order [leads], if the recording tells them. */
  units?: string[];
  /** What was changed in the signal, one line each: first what was changed before it came here. */
  warnings: string[];
  /** What the network was given, in the model's lead order. */
  prepared: {
    /** In the recording's unit, gaps bridged [leads][samples]. */
    signal: ArrayLike<number>[];
    /** The same with mean 0 and standard deviation 1 [leads][samples]. */
    z: Float32Array[];
    /** Places of these leads among the recording's own [leads]. */
    order: number[];
  };
}

/** All of it but the codes: what is known before the network runs. */
type Ready = Omit<TokenizedRecording, 'codes' | 'points'>;

/** What encodeEach gives for one item: its codes with all that belongs to them, or why it has none. */
export type EncodedEach<T = Recording | ArrayLike<number>[]> = {
  /** As it was given. */
  item: T;
  /** Which of the items, from 0. */
  index: number;
} & (
  | TokenizedRecording
  | {
      /** A RecordingError if the recording does not fit the model, or what `read` threw. */
      error: Error;
    }
);

/** How many recordings are encoded. */
export interface EncodeEachOptions<T> {
  /** Worker threads; as many as the machine runs at once by default. The codes do not depend on it. */
  threads?: number;
  /** The recording of an item, which by default is the item itself. Called for one item after the other. */
  read?(item: T): Recording | ArrayLike<number>[] | Promise<Recording | ArrayLike<number>[]>;
}

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
   * One recording as codes, in one pass: the points they are rounded from, the scale that brings its unit back, and what
   * had to be changed in it come along.
   *
   * @param input a recording (leads by name, checked against the model) or [leads][samples] in the model's order;
   *   invalid samples (NaN) are bridged
   * @throws RecordingError when the recording does not fit the model
   */
  tokenize(input: Recording | ArrayLike<number>[]): TokenizedRecording {
    const ready = this.#ready(input);
    return this.#rounded(ready, this.#encoder.encode(ready.prepared.z));
  }

  /** The codes alone, `tokenize(input).codes`: 313 of 0..1295 for the published tokenizer. */
  encode(input: Recording | ArrayLike<number>[]): Int32Array {
    return this.tokenize(input).codes;
  }

  /** The codes with their scale; {@link EcgTokenizer.tokenize} gives both, and more. */
  encodeWithScale(input: Recording | ArrayLike<number>[]): ScaledCodes {
    const { codes, scale } = this.tokenize(input);
    return { codes, scale };
  }

  /** The points alone, `tokenize(input).points`. */
  encodePoints(input: Recording | ArrayLike<number>[]): Float32Array {
    return this.tokenize(input).points;
  }

  /**
   * Many recordings as codes, on worker threads, or on this one where workers cannot start. Items are taken as they are
   * needed, a few ahead, and each comes back with its codes, in the same order; one that cannot be read or does not fit
   * comes back with an error and stops no other.
   *
   * ```ts
   * for await (const result of tokenizer.encodeEach(records)) {
   *   if ('error' in result) console.error(result.item.name, result.error.message);
   *   else console.log(result.item.name, result.codes.length);
   * }
   * ```
   *
   * Keep of a result what is needed: `prepared` holds a whole signal.
   *
   * @param items recordings, or [leads][samples], as {@link EcgTokenizer.tokenize} takes them; with `read` anything
   * @throws RangeError for `threads` that is no whole number of 1 or more; Error if a worker ends in the middle of its work;
   *   what the iteration over the items throws
   */
  encodeEach<T extends Recording | ArrayLike<number>[]>(
    items: Iterable<T> | AsyncIterable<T>,
    options?: EncodeEachOptions<T>,
  ): AsyncGenerator<EncodedEach<T>>;
  encodeEach<T>(
    items: Iterable<T> | AsyncIterable<T>,
    options: EncodeEachOptions<T> & Required<Pick<EncodeEachOptions<T>, 'read'>>,
  ): AsyncGenerator<EncodedEach<T>>;
  async *encodeEach<T>(
    items: Iterable<T> | AsyncIterable<T>,
    { threads = availableThreads(), read = (item) => item as Recording }: EncodeEachOptions<T> = {},
  ): AsyncGenerator<EncodedEach<T>> {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new RangeError(`threads: expected an integer of 1 or more, found ${threads}`);
    }
    const workers = Math.min(threads, availableThreads());
    const pool = new LeadPool(this.#kernels, this.#encoder.leadPlan, workers);
    const ahead = 1 + Math.ceil((2 * workers) / this.config.leads.length);
    const running: Promise<EncodedEach<T>>[] = [];
    try {
      let index = 0;
      for await (const item of items) {
        const place = { item, index: index++ };
        const result = this.#encodeOn(pool, await this.#read(item, read)).then((encoded) => ({ ...place, ...encoded }));
        result.catch(() => {}); // thrown where it is taken
        running.push(result);
        if (running.length > ahead) yield (await running.shift())!;
      }
      while (running.length > 0) yield (await running.shift())!;
    } finally {
      pool.close();
    }
  }

  async #read<T>(item: T, read: NonNullable<EncodeEachOptions<T>['read']>): Promise<Ready | { error: Error }> {
    try {
      return this.#ready(await read(item));
    } catch (error) {
      return { error: error as Error };
    }
  }

  async #encodeOn(pool: LeadPool, ready: Ready | { error: Error }): Promise<TokenizedRecording | { error: Error }> {
    if ('error' in ready) return ready;
    // the workers take over what they are given
    const features = await Promise.all(ready.prepared.z.map((lead) => pool.run(lead.slice())));
    return this.#rounded(ready, this.#encoder.points(features));
  }

  /** Everything but the codes. */
  #ready(input: Recording | ArrayLike<number>[]): Ready {
    const { signal, order, warnings } = prepareSignal(input, this.config);
    const { units, meta }: Partial<Recording> = Array.isArray(input) ? {} : input;
    // a causal tokenizer's z-score begins from what is usual in millivolts; over a whole lead the unit cancels out
    const factors = order.map((place) => (this.config.encoder.causal ? millivoltsIn(units?.[place]) : 1));
    const { z, mean, std } = normalizeSignal(
      signal.map((lead, i) => (factors[i] === 1 ? lead : Float32Array.from(lead, (value) => value * factors[i]))),
      this.config,
    );
    return {
      scale: {
        mean: Float32Array.from(mean, (value, i) => value / factors[i]),
        std: Float32Array.from(std, (value, i) => value / factors[i]),
      },
      ...(units && { units: order.map((place) => units[place]) }),
      warnings: [...(meta?.warnings ?? []), ...warnings],
      prepared: { signal, z, order },
    };
  }

  /** @param unbounded what the network puts out [codes * D] */
  #rounded(ready: Ready, unbounded: Float32Array): TokenizedRecording {
    return { codes: this.fsq.quantize(unbounded).indices, points: this.fsq.bounded(unbounded), ...ready };
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
   * @param codes any number of them; 313 for a whole ECG. Codes and scale may have travelled as JSON
   * @param scale from {@link EcgTokenizer.tokenize}
   * @returns [leads][samples], in the unit of the recording; without `scale` z-scored: mean 0 and standard deviation 1 per lead, not
   *   millivolts
   * @throws RangeError for a code outside the codebook, or a scale of another number of leads; Error when the weights hold no decoder
   */
  decode(codes: ArrayLike<number>, scale?: LeadScale): Float32Array[] {
    const z = this.#decodeZ(numbersOf('codes', codes));
    return scale ? undoZScore(z, scale) : z;
  }

  /** [leads][samples] */
  #decodeZ(codes: ArrayLike<number>): Float32Array[] {
    const { decoder, leads, samples } = this.config;
    if (!decoder) throw noDecoder();
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
