import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { planLead, planPoints } from './encoder.ts';
import { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import type { Weights } from './weights.ts';

/** The encoder for windows of one length. */
export class WindowEncoder {
  /** What is done to one lead, the same for every lead. */
  readonly leadPlan: Plan;
  readonly #lead: Machine;
  readonly #points: Machine;
  readonly #dimensions: number;

  constructor(kernels: WebAssembly.Module, weights: Weights, config: TokenizerConfig, samples: number) {
    this.leadPlan = planLead(weights, config, samples);
    this.#lead = new Machine(kernels, this.leadPlan);
    this.#points = new Machine(kernels, planPoints(weights, config, this.leadPlan.output.length));
    this.#dimensions = config.levels.length;
  }

  /**
   * @param z [leads][samples], z-scored
   * @returns the points that the quantizer rounds [codes * dimensions]
   */
  encode(z: ArrayLike<number>[]): Float32Array {
    return this.points(z.map((lead) => this.#lead.run([lead]).slice()));
  }

  /** The same from features that were computed elsewhere. @param features [leads], as the lead plan puts them out */
  points(features: ArrayLike<number>[]): Float32Array {
    return withoutPadding(this.#points.run(features), this.#dimensions);
  }
}

/** [codes][dimensions, padded to eights] -> [codes * dimensions] */
export function withoutPadding(points: Float32Array, dimensions: number): Float32Array {
  const pitch = Math.ceil(dimensions / 8) * 8;
  const length = (points.length / pitch) * dimensions;
  return Float32Array.from({ length }, (_, i) => points[Math.floor(i / dimensions) * pitch + (i % dimensions)]);
}
