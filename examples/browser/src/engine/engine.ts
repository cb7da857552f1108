import type { CallName, Calls, Failure, FromWorker, ToWorker } from './protocol.ts';

/** How long a cancelled call may take to stop by itself, in ms. */
const PATIENCE = 1500;

/** An error of the worker. */
export class EngineError extends Error {
  /** What a reader could not find out, 'fs' for the sampling rate. */
  readonly field?: string;

  constructor({ name, message, field }: Failure) {
    super(message);
    this.name = name;
    this.field = field;
  }
}

export interface RunOptions<N extends CallName> {
  signal?: AbortSignal;
  onEvent?: (event: Calls[N]['event']) => void;
}

interface Pending {
  name: CallName;
  input: unknown;
  signal?: AbortSignal;
  onEvent?: (event: never) => void;
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/**
 * The worker that does all long work, from the page's side.
 *
 * A cancelled call is told so and, if it is deep in a computation and does not hear it, its worker is ended; another one
 * takes its place, opens the model again and goes on with what else was asked.
 */
export class Engine {
  #worker: Worker | undefined;
  #next = 0;
  readonly #pending = new Map<number, Pending>();
  /** The model that a new worker has to open. */
  #model: Calls['open']['input'] | undefined;

  /** @throws EngineError as the worker's; DOMException AbortError once it is cancelled */
  run<N extends CallName>(name: N, input: Calls[N]['input'], options: RunOptions<N> = {}): Promise<Calls[N]['output']> {
    const { signal, onEvent } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const cancel = () => {
        this.#worker?.postMessage({ id, cancel: true } satisfies ToWorker);
        timer = setTimeout(() => this.#replaceWorker(), PATIENCE);
      };
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.#pending.delete(id);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#pending.set(id, {
        name,
        input,
        signal,
        onEvent,
        resolve(output) {
          settle();
          resolve(output as Calls[N]['output']);
        },
        reject(error) {
          settle();
          reject(signal?.aborted ? signal.reason : error);
        },
      });
      if (name === 'open') this.#model = undefined; // the worker closes it
      this.#worker ??= this.#start();
      this.#post(id);
    });
  }

  /** Ends the worker in the middle of a call, and asks another one for all that nobody has cancelled. */
  #replaceWorker(): void {
    this.#worker?.terminate();
    for (const { signal, reject } of [...this.#pending.values()]) if (signal?.aborted) reject(signal.reason);
    this.#worker = this.#start();
    for (const id of this.#pending.keys()) this.#post(id);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'heartllm' });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined; // the next call starts another one
      const error = new Error(`the worker failed: ${event.message || 'its script could not be loaded'}`);
      for (const { reject } of [...this.#pending.values()]) reject(error);
    };
    // nobody waits for this answer: who asks while it fails is told that no model is open
    if (this.#model) worker.postMessage({ id: -1, name: 'open', input: this.#model } satisfies ToWorker);
    return worker;
  }

  #hear(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (pending.signal?.aborted) {
      // it may have been done before it heard of the cancel: what it found is not wanted any more
      if (!('event' in message)) pending.reject(pending.signal.reason);
    } else if ('event' in message) pending.onEvent?.(message.event as never);
    else if ('failure' in message) pending.reject(new EngineError(message.failure));
    else {
      if (pending.name === 'open') this.#model = pending.input as Calls['open']['input'];
      pending.resolve(message.output);
    }
  }

  #post(id: number): void {
    const { name, input } = this.#pending.get(id)!;
    this.#worker?.postMessage({ id, name, input } satisfies ToWorker);
  }
}
