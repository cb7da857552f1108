/** The batches of a run's steps in order, each loaded while the step before it is taken. */
export class BatchesAhead<Batch> {
  readonly #load: (step: number) => Promise<Batch>;
  readonly #totalSteps: number;
  #next: { step: number; batch: Promise<Batch> } | undefined;

  constructor(load: (step: number) => Promise<Batch>, totalSteps: number) {
    this.#load = load;
    this.#totalSteps = totalSteps;
  }

  /** The batch of a step; begins to load the one after it. */
  async take(step: number): Promise<Batch> {
    const batch = await (this.#next?.step === step ? this.#next.batch : this.#load(step));
    this.#next = undefined;
    if (step + 1 < this.#totalSteps) {
      const loading = this.#load(step + 1);
      loading.catch(() => {}); // thrown where it is taken
      this.#next = { step: step + 1, batch: loading };
    }
    return batch;
  }
}
