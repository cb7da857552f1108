import { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import { type StartThread, startThread, type Thread } from './thread.ts';
import type { WorkerTask } from './worker.ts';

/** A worker that takes tasks, and how many it has and has not answered. */
interface Started {
  thread: Thread;
  pending: number;
}

/** Two, so that a worker never waits for its next lead. */
const TASKS_PER_THREAD = 2;
/** Milliseconds after which the work begins on this thread, though no worker said that it cannot start. */
const PATIENCE = 10_000;

/** A worker that ended in the middle of its work: no fault of what it worked on. */
export class LeadPoolError extends Error {
  constructor(why: Error) {
    super(`a worker of the codec failed: ${why.message}`);
    this.name = 'LeadPoolError';
  }
}

/**
 * Encodes leads on worker threads, or, where none can be started, on this one. A lead is computed by one thread from
 * beginning to end, so the number of threads changes no bit of the result. Needs no SharedArrayBuffer: samples go out
 * and features come back as messages.
 */
export class LeadPool {
  readonly #kernels: WebAssembly.Module;
  readonly #plan: Plan;
  readonly #threads: Thread[] = [];
  readonly #started: Started[] = [];
  readonly #queue: WorkerTask[] = [];
  readonly #settle = new Map<number, { resolve(features: Float32Array): void; reject(error: Error): void }>();
  readonly #patience: ReturnType<typeof setTimeout>;
  /** Threads that may still start, and are waited for. */
  #starting: number;
  #here: Machine | undefined;
  #workingHere = false;
  #next = 0;
  #failure: LeadPoolError | undefined;
  #closed = false;

  constructor(kernels: WebAssembly.Module, plan: Plan, threads: number, start: StartThread = startThread) {
    this.#kernels = kernels;
    this.#plan = plan;
    this.#starting = threads;
    for (let i = 0; i < threads; i++) this.#start(start);
    this.#patience = setTimeout(() => {
      this.#starting = 0;
      this.#dispatch();
    }, PATIENCE);
  }

  /**
   * @param samples of one lead, z-scored; handed over to the worker
   * @returns its features, [length * pitch] of the plan's output
   * @throws LeadPoolError when a worker died that had begun
   */
  run(samples: Float32Array<ArrayBuffer>): Promise<Float32Array> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const task = this.#next++;
      this.#settle.set(task, { resolve, reject });
      this.#queue.push({ task, values: samples });
      this.#dispatch();
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#patience);
    for (const thread of this.#threads) thread.terminate();
  }

  #start(start: StartThread): void {
    let started: Started | undefined;
    let ended = false;
    try {
      const thread = start(
        { kernels: this.#kernels, plan: this.#plan },
        {
          started: () => {
            started = { thread, pending: 0 };
            this.#started.push(started);
            this.#notStarting();
          },
          answered: (answer) => {
            started!.pending--;
            this.#answered(answer);
          },
          ended: (why) => {
            if (started) this.#failed(why);
            else if (!ended) this.#notStarting();
            ended = true;
          },
        },
      );
      this.#threads.push(thread);
    } catch {
      this.#notStarting();
    }
  }

  #notStarting(): void {
    this.#starting = Math.max(0, this.#starting - 1);
    this.#dispatch();
  }

  #dispatch(): void {
    if (this.#starting === 0 && this.#started.length === 0) return void this.#workHere();
    while (this.#started.length > 0) {
      const least = this.#started.reduce((a, b) => (b.pending < a.pending ? b : a));
      if (least.pending >= TASKS_PER_THREAD) return;
      const task = this.#queue.shift();
      if (!task) return;
      least.pending++;
      least.thread.post(task);
    }
  }

  /** Takes what waits, as long as there are no workers; between two leads the page gets to draw and to listen. */
  async #workHere(): Promise<void> {
    if (this.#workingHere) return;
    this.#workingHere = true;
    try {
      while (!this.#closed && this.#started.length === 0 && this.#queue.length > 0) {
        this.#here ??= new Machine(this.#kernels, this.#plan);
        const { task, values } = this.#queue.shift()!;
        this.#answered({ task, values: this.#here.run([values]).slice() });
        await new Promise((resolve) => setTimeout(resolve));
      }
    } catch (error) {
      this.#failed(error as Error);
    }
    this.#workingHere = false;
  }

  #answered({ task, values }: WorkerTask): void {
    this.#settle.get(task)?.resolve(values);
    this.#settle.delete(task);
    this.#dispatch();
  }

  #failed(why: Error): void {
    if (this.#closed || this.#failure) return;
    this.#failure = new LeadPoolError(why);
    this.#queue.length = 0;
    for (const { reject } of this.#settle.values()) reject(this.#failure);
    this.#settle.clear();
  }
}
