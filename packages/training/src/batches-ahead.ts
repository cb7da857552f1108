/** What gives the batches. */
interface BatchSource<Batch> {
  batch(step: number): Promise<Batch>;
  disposeBatch?(batch: Batch): void;
}

/** The batches of a run's steps in order, each loaded while the step before it is taken. */
export class BatchesAhead<Batch> {
  readonly #source: BatchSource<Batch>;
  readonly #totalSteps: number;
  #next: { step: number; batch: Promise<Batch> } | undefined;

  constructor(source: BatchSource<Batch>, totalSteps: number) {
    this.#source = source;
    this.#totalSteps = totalSteps;
  }

  /** The batch of a step; begins to load the one after it. */
  async take(step: number): Promise<Batch> {
    const ready = this.#next;
    this.#next = undefined;
    const batch = await (ready?.step === step ? ready.batch : this.#source.batch(step));
    if (step + 1 < this.#totalSteps) {
      const loading = this.#source.batch(step + 1);
      loading.catch(() => {}); // thrown where it is taken
      this.#next = { step: step + 1, batch: loading };
    }
    return batch;
  }

  /** Frees what was loaded and not taken. */
  async dispose(): Promise<void> {
    const left = await this.#next?.batch.catch(() => undefined);
    this.#next = undefined;
    if (left) this.#source.disposeBatch?.(left);
  }
}
