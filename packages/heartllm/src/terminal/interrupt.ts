import { constants } from 'node:os';

/** What Ctrl-C sends, and what `kill`, Kubernetes and Slurm send before they kill. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A command was stopped from outside: nothing was wrong. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** As shells have it: 130 after SIGINT, 143 after SIGTERM. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * How a command ends before its work does. The first SIGINT or SIGTERM aborts `signal` with an {@link Interrupted}: work that is
 * {@link finish | finishing} ends itself, any other is left at once.
 */
export class Interrupt {
  readonly #stop = new AbortController();
  readonly #left: Promise<never>;
  #leave!: (reason: Interrupted) => void;
  #finishing = 0;

  constructor() {
    this.#left = new Promise((_, reject) => {
      this.#leave = reject;
    });
    this.#left.catch(() => undefined); // nobody may be waiting when it comes
  }

  /** For work that ends itself. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether the command waits for work that ends itself. */
  get isFinishing(): boolean {
    return this.#finishing > 0;
  }

  /** Stops the command. */
  stop(reason: Interrupted): void {
    this.#stop.abort(reason);
    if (!this.isFinishing) this.#leave(reason);
  }

  /**
   * Runs work that ends itself, cleanly and soon, when the signal is aborted.
   *
   * @throws what the work throws
   */
  async finish<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#finishing++;
    try {
      return await work(this.signal);
    } finally {
      this.#finishing--;
    }
  }

  /** The work's end, or an {@link Interrupted} before it, unless the work is {@link finish | finishing}. */
  orLeft<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#left]);
  }

  /** @returns the {@link Interrupted} where an error comes of the stop: thrown as it is, or as the cause of one with advice */
  reasonOf(error: unknown): Interrupted | undefined {
    if (!this.signal.aborted) return undefined;
    const { reason } = this.signal;
    return error === reason || (error as Error | undefined)?.cause === reason ? (reason as Interrupted) : undefined;
  }
}

/** Has the process's signals stop a command: the first one cleanly, the second one at once. */
export function stopOnSignals(interrupt: Interrupt, onFirst: (signal: string) => void): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const reason = new Interrupted(signal);
      if (interrupt.signal.aborted) process.exit(reason.exitCode);
      interrupt.stop(reason);
      if (interrupt.isFinishing) onFirst(signal);
    });
  }
}
