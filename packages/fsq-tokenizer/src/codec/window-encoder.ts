import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { planLead, planPoints } from './encoder.ts';
import { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import type { Weights } from './weights.ts';

/**
 * The encoder for windows of one length, each by itself; or, of a causal encoder, for the pieces of one recording, each
 * of which goes on where the last one ended.
 */
export class WindowEncoder {
  /** What is done to one lead, the same for every lead. */
  readonly leadPlan: Plan;
  /** Of each lead; one and the same where windows stand by themselves. */
  readonly #leads: Machine[];
  readonly #points: Machine;
  readonly #dimensions: number;

  constructor(kernels: WebAssembly.Module, weights: Weights, config: TokenizerConfig, samples: number, pieces = false) {
    this.leadPlan = planLead(weights, config, samples, pieces);
    const shared = new Machine(kernels, this.leadPlan);
    this.#leads = config.leads.map((_, i) => (pieces && i > 0 ? new Machine(kernels, this.leadPlan) : shared));
    this.#points = new Machine(kernels, planPoints(weights, config, this.leadPlan.output.length));
    this.#dimensions = config.levels.length;
  }

  /**
   * @param z [leads][samples], z-scored
   * @returns the points that the quantizer rounds [codes * dimensions]
   */
  encode(z: ArrayLike<number>[]): Float32Array {
    return this.points(z.map((lead, i) => this.#leads[i].run([lead]).slice()));
  }

  /** The same from features that were computed elsewhere. @param features [leads], as the lead plan puts them out */
  points(features: ArrayLike<number>[]): Float32Array {
    const rows = this.#points.run(features); // [codes][dimensions, padded to eights]
    const count = this.#dimensions;
    const pitch = Math.ceil(count / 8) * 8;
    const length = (rows.length / pitch) * count;
    return Float32Array.from({ length }, (_, i) => rows[Math.floor(i / count) * pitch + (i % count)]);
  }
}
