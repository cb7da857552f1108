import seedrandom from 'seedrandom';

/** All that a Generator needs to go on where it was; plain JSON. */
export type GeneratorState = {
  /** Alea's carry, a whole number. */
  c: number;
  /** The oldest of Alea's three lags, a multiple of 2^-32 in [0, 1). */
  s0: number;
  /** The lag between, of the same range. */
  s1: number;
  /** The latest lag: the number that was drawn last. */
  s2: number;
};

/**
 * Seeded random numbers (Baagøe's Alea, from seedrandom) whose state can be saved and restored, so that a resumed run
 * draws what an uninterrupted one would have drawn. Independent of the backend.
 */
export class Generator {
  #next: ReturnType<typeof seedrandom.alea>;

  /** @param seed any number or text; a number counts as its decimal text, so 1 and '1' give the same sequence */
  constructor(seed: number | string) {
    this.#next = seedrandom.alea(String(seed), { state: true });
  }

  /** A generator that continues from a saved state; whatever seed it began with is in there. */
  static fromState(state: GeneratorState): Generator {
    const generator = new Generator(0);
    generator.#next = seedrandom.alea('', { state });
    return generator;
  }

  /** Where in its sequence the generator is; JSON-safe. A generator made from it goes on from there. */
  get state(): GeneratorState {
    return this.#next.state() as GeneratorState;
  }

  /** Uniform in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return this.#next();
  }

  /** Uniform integer in 0..limit-1; `limit` is at most 2^32, beyond which some are never drawn. */
  integer(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** Standard normal, mean 0 and deviation 1, by Box and Muller; takes two draws. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#next()));
    return radius * Math.cos(2 * Math.PI * this.#next());
  }

  /** Shuffles in place (Fisher and Yates) and returns the array. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}
