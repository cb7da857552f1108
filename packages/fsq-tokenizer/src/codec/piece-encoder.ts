import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { planPiece } from './encoder.ts';
import { Machine } from './machine.ts';
import type { Weights } from './weights.ts';
import { withoutPadding } from './window-encoder.ts';

/** A causal encoder for one recording that comes in pieces of one length. */
export class PieceEncoder {
  /** Samples of a piece. */
  readonly samples: number;
  readonly #machine: Machine;
  readonly #dimensions: number;

  /** @param samples a multiple of a code's 16 */
  constructor(kernels: WebAssembly.Module, weights: Weights, config: TokenizerConfig, samples: number) {
    this.samples = samples;
    this.#machine = new Machine(kernels, planPiece(weights, config, samples));
    this.#dimensions = config.levels.length;
  }

  /**
   * @param z the next piece [leads][samples], z-scored
   * @returns the points that the quantizer rounds [codes * dimensions]
   */
  encode(z: ArrayLike<number>[]): Float32Array {
    return withoutPadding(this.#machine.run(z), this.#dimensions);
  }
}
