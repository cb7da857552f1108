/** Draws per search: enough to find what one item in ten is, few enough that large sets take time in proportion. */
const DRAWS = 64;

/** Items to draw from at random, without those that are used up. */
export class Pool<T> {
  readonly #items: T[];
  readonly #isUsedUp: (item: T) => boolean;
  readonly #random: () => number;

  constructor(items: Iterable<T>, isUsedUp: (item: T) => boolean, random: () => number) {
    this.#items = [...items];
    this.#isUsedUp = isUsedUp;
    this.#random = random;
  }

  /** The first result among up to 64 random items, no item twice; undefined where none gives one. */
  draw<R>(attempt: (item: T) => R | undefined): R | undefined {
    const items = this.#items;
    for (let i = 0; i < Math.min(DRAWS, items.length); ) {
      const j = i + Math.floor(this.#random() * (items.length - i));
      const item = items[j];
      if (this.#isUsedUp(item)) {
        items[j] = items[items.length - 1];
        items.pop();
        continue;
      }
      items[j] = items[i];
      items[i++] = item;
      const result = attempt(item);
      if (result !== undefined) return result;
    }
    return undefined;
  }
}

/** The items in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
