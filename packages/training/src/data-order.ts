import { Generator } from '@heartllm/backend';

/**
 * The items of each step when a shuffled pass over the data follows another.
 *
 * A function of seed and step alone (each pass has a generator of its own), so a resumed run needs no saved order.
 */
export class DataOrder {
  readonly #size: number;
  readonly #batchSize: number;
  readonly #seed: number | string;
  #pass = -1;
  #order: number[] = [];

  /**
   * @param size number of items
   * @param batchSize items per step
   * @throws RangeError for a data set without items
   */
  constructor(size: number, batchSize: number, seed: number | string) {
    if (size < 1) throw new RangeError('there is nothing to train on: the data set is empty');
    this.#size = size;
    this.#batchSize = batchSize;
    this.#seed = seed;
  }

  /** Steps in one pass; the last batch of a pass may be smaller, as PyTorch's DataLoader gives it. */
  get stepsPerPass(): number {
    return Math.ceil(this.#size / this.#batchSize);
  }

  /** Positions in the data set, 0..size-1, of the items of a step; steps count from 0. */
  items(step: number): number[] {
    const pass = Math.floor(step / this.stepsPerPass);
    if (pass !== this.#pass) {
      this.#pass = pass;
      this.#order = new Generator(`${this.#seed}/pass/${pass}`).shuffle(
        Array.from({ length: this.#size }, (_, i) => i),
      );
    }
    const first = (step % this.stepsPerPass) * this.#batchSize;
    return this.#order.slice(first, first + this.#batchSize);
  }
}
