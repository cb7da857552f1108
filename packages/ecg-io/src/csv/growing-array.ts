/** A list of numbers of unknown length that doubles its memory when it is full. */
export class GrowingArray<T extends Float32Array | Float64Array> {
  #values: T;
  #length = 0;

  /** @param values an array to begin with; its contents do not count */
  constructor(values: T) {
    this.#values = values;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const Values = this.#values.constructor as new (length: number) => T;
      const larger = new Values(Math.max(1024, 2 * this.#length));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The numbers so far, in memory of their own. */
  take(): T {
    return this.#values.slice(0, this.#length) as T;
  }
}
