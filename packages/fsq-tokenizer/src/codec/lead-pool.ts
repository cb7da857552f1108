import type { Plan } from './plan.ts';
import type { WorkerSetup, WorkerTask } from './worker.ts';

/** One worker, in Node or in a browser. */
interface Thread {
  post(message: WorkerSetup | WorkerTask, transfer: ArrayBuffer[]): void;
  terminate(): void;
  /** Tasks that it has and has not answered. */
  pending: number;
}

interface Task {
  task: number;
  values: Float32Array<ArrayBuffer>;
}

/** Two, so that a worker never waits for its next lead. */
const TASKS_PER_THREAD = 2;

/**
 * Encodes leads on worker threads. A lead is computed by one worker from beginning to end, so the number of threads
 * changes no bit of the result. Needs no SharedArrayBuffer: samples go out and features come back as messages.
 */
export class LeadPool {
  readonly #threads: Thread[];
  readonly #queue: Task[] = [];
  readonly #settle = new Map<number, { resolve(features: Float32Array): void; reject(error: Error): void }>();
  #next = 0;
  #failure: Error | undefined;

  constructor(kernels: WebAssembly.Module, plan: Plan, threads: number) {
    this.#threads = Array.from({ length: threads }, () => {
      const thread = startThread(
        (answer) => this.#answered(thread, answer),
        (error) => this.#failed(error),
      );
      thread.post({ kernels, plan }, []);
      return thread;
    });
  }

  /**
   * @param samples of one lead, z-scored; handed over to the worker
   * @returns its features, [length * pitch] of the plan's output
   * @throws Error when the worker could not be started or died
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
    for (const thread of this.#threads) thread.terminate();
  }

  #dispatch(): void {
    for (;;) {
      const thread = this.#threads.reduce((a, b) => (b.pending < a.pending ? b : a));
      if (thread.pending >= TASKS_PER_THREAD) return;
      const task = this.#queue.shift();
      if (!task) return;
      thread.pending++;
      thread.post(task, [task.values.buffer]);
    }
  }

  #answered(thread: Thread, { task, values }: WorkerTask): void {
    thread.pending--;
    this.#settle.get(task)?.resolve(values);
    this.#settle.delete(task);
    this.#dispatch();
  }

  #failed(error: Error): void {
    this.#failure = new Error(`a worker of the codec failed: ${error.message}`);
    for (const { reject } of this.#settle.values()) reject(this.#failure);
    this.#settle.clear();
  }
}

// Always the built file: Node runs no TypeScript in workers. Web workers need `new URL` in this very form for bundlers.
function startThread(onAnswer: (answer: WorkerTask) => void, onError: (error: Error) => void): Thread {
  const threads = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.('node:worker_threads');
  if (threads) {
    // without the options of the process: a script behind --eval, or a loader, is none of the worker's business
    const worker = new threads.Worker(new URL('../../dist/codec/worker.js', import.meta.url), { execArgv: [] });
    worker.on('message', onAnswer);
    worker.on('error', onError);
    return {
      pending: 0,
      post: (message, transfer) => worker.postMessage(message, transfer),
      terminate: () => void worker.terminate(),
    };
  }
  const worker = new Worker(new URL('../../dist/codec/worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => onAnswer(data as WorkerTask);
  worker.onerror = (event) => onError(new Error(event.message || 'it could not be started'));
  return {
    pending: 0,
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => worker.terminate(),
  };
}

/** Threads that this machine runs at once. */
export function availableThreads(): number {
  const os = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.('node:os');
  return os?.availableParallelism() ?? navigator.hardwareConcurrency;
}
