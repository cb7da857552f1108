import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import type { PieceEncoder } from './codec/piece-encoder.ts';
import { checkPiece, type EcgStream } from './ecg-stream.ts';
import type { Fsq } from './fsq.ts';
import { RunningZScore } from './z-score.ts';

/**
 * Codes of a causal tokenizer, each as soon as its samples are there: 32 ms after the first of them for pieces of 16
 * samples. They are those of `encode` on the whole recording, bit for bit, and nothing is computed twice: every layer of
 * the encoder keeps the few samples of its input that the next piece needs.
 */
export class CausalStream implements EcgStream {
  readonly #config: TokenizerConfig;
  readonly #fsq: Fsq;
  readonly #encoder: PieceEncoder;
  readonly #running: RunningZScore[];
  /** The z-scored samples that make no whole piece yet [leads][piece]. */
  readonly #piece: Float32Array[];
  #held = 0;
  #ended = false;

  /** @param encoder that has seen no piece yet */
  constructor(config: TokenizerConfig, fsq: Fsq, encoder: PieceEncoder) {
    this.#config = config;
    this.#fsq = fsq;
    this.#encoder = encoder;
    this.#running = config.leads.map(() => new RunningZScore(config.sampling_rate));
    this.#piece = config.leads.map(() => new Float32Array(encoder.samples));
  }

  push(samples: ArrayLike<number>[]): Int32Array {
    const length = checkPiece(samples, this.#config, this.#ended);
    const size = this.#encoder.samples;
    const pieces: Int32Array[] = [];
    for (let at = 0; at < length; ) {
      const count = Math.min(length - at, size - this.#held);
      for (const [i, lead] of this.#piece.entries()) {
        for (let t = 0; t < count; t++) lead[this.#held + t] = this.#running[i].next(samples[i][at + t]);
      }
      at += count;
      this.#held += count;
      if (this.#held < size) break;
      pieces.push(this.#codes());
      this.#held = 0;
    }
    return joined(pieces);
  }

  /** What lies behind the last sample in the last piece changes no code. */
  end(): Int32Array {
    const owed = this.#ended ? 0 : Math.ceil(this.#held / 2 ** this.#config.encoder.blocks);
    this.#ended = true;
    return owed === 0 ? new Int32Array(0) : this.#codes().subarray(0, owed);
  }

  #codes(): Int32Array {
    return this.#fsq.quantize(this.#encoder.encode(this.#piece)).indices;
  }
}

function joined(pieces: Int32Array[]): Int32Array {
  const all = new Int32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
