import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import type { WindowEncoder } from './codec/window-encoder.ts';
import { checkCount, checkPiece, type EcgStream, type StreamOptions } from './ecg-stream.ts';
import type { Fsq } from './fsq.ts';
import { bridgeGaps, countInvalid } from './recording.ts';
import { zScore } from './z-score.ts';

/** Before so much has come, a z-score says little: there may be no beat in it. */
const FIRST_SECONDS = 2;

/**
 * Codes of an ECG while it comes in, each at most (hop + lookahead) codes after its samples: 0.74 s by default.
 *
 * The encoder normalizes over a whole window (z-score, GroupNorm), so it is run again on the last window, 10 s for the
 * published tokenizer, after every hop; the codes are exactly those that `encode` gives for that window. Nothing of the
 * window before can be reused, as every activation depends on the new samples through the norms. Windows grow from 2 s
 * on until they are full.
 */
export class WindowStream implements EcgStream {
  readonly #config: TokenizerConfig;
  readonly #fsq: Fsq;
  readonly #encoderFor: (samples: number) => WindowEncoder;
  readonly #hop: number;
  readonly #lookahead: number;
  /** The samples of every lead from `#start` to `#seen`, at most a window and a hop. */
  readonly #leads: Float32Array[];
  /** Where the last window began, and how many samples have come, since the beginning. */
  #start = 0;
  #seen = 0;
  /** Where the next window ends: windows of full length begin at multiples of the hop. */
  #end: number;
  /** Codes that have been given. */
  #given = 0;
  #ended = false;

  /** @throws RangeError for options that are no whole numbers, or do not fit into a window */
  constructor(
    config: TokenizerConfig,
    fsq: Fsq,
    encoderFor: (samples: number) => WindowEncoder,
    { hop = 16, lookahead = 7 }: StreamOptions,
  ) {
    const most = Math.floor((FIRST_SECONDS * config.sampling_rate) / 2 ** config.encoder.blocks);
    checkCount('hop', hop, 1, most);
    checkCount('lookahead', lookahead, 0, most);
    this.#config = config;
    this.#fsq = fsq;
    this.#encoderFor = encoderFor;
    this.#hop = hop;
    this.#lookahead = lookahead;
    const step = hop * this.#samplesPerCode;
    this.#leads = config.leads.map(() => new Float32Array(config.samples + step));
    const first = Math.min(config.samples, FIRST_SECONDS * config.sampling_rate);
    this.#end = config.samples - Math.floor((config.samples - first) / step) * step;
  }

  push(samples: ArrayLike<number>[]): Int32Array {
    const length = checkPiece(samples, this.#config, this.#ended);
    const codes: number[] = [];
    for (let at = 0; at < length; ) {
      const count = Math.min(length - at, this.#end - this.#seen);
      this.#append(samples, at, count);
      at += count;
      if (this.#seen < this.#end) break;
      codes.push(...this.#encodeUpTo(Math.max(0, this.#seen - this.#config.samples), this.#lookahead));
      this.#end += this.#hop * this.#samplesPerCode;
    }
    return Int32Array.from(codes);
  }

  /** The codes that are still owed come from a last window that ends with the last sample. */
  end(): Int32Array {
    const over = this.#ended || this.#seen === 0;
    this.#ended = true;
    if (over) return new Int32Array(0);
    const past = Math.max(0, this.#seen - this.#config.samples);
    return this.#encodeUpTo(Math.ceil(past / this.#samplesPerCode) * this.#samplesPerCode, 0);
  }

  #append(samples: ArrayLike<number>[], from: number, count: number): void {
    const held = this.#seen - this.#start;
    for (const [i, lead] of this.#leads.entries()) {
      for (let t = 0; t < count; t++) lead[held + t] = samples[i][from + t];
    }
    this.#seen += count;
  }

  /** Encodes from sample `start` to the last one, and gives the codes that are new but for the last few. */
  #encodeUpTo(start: number, leftOut: number): Int32Array {
    const drop = start - this.#start;
    const length = this.#seen - start;
    for (const lead of this.#leads) lead.copyWithin(0, drop, drop + length);
    this.#start = start;
    const window = this.#leads.map((lead) => valid(lead.subarray(0, length)));
    const points = this.#encoderFor(length).encode(zScore(window).z);
    const codes = this.#fsq.quantize(points).indices;
    const first = start / this.#samplesPerCode;
    const fresh = codes.subarray(this.#given - first, Math.max(this.#given - first, codes.length - leftOut));
    this.#given += fresh.length;
    return fresh;
  }

  get #samplesPerCode(): number {
    return 2 ** this.#config.encoder.blocks;
  }
}

function valid(lead: Float32Array): Float32Array {
  const invalid = countInvalid(lead);
  if (invalid === 0) return lead;
  return invalid === lead.length ? new Float32Array(lead.length) : bridgeGaps(lead);
}
