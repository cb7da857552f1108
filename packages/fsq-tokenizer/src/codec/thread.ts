import type { WorkerAnswer, WorkerSetup, WorkerTask } from './worker.ts';

/** One worker, in Node or in a browser. */
export interface Thread {
  post(task: WorkerTask): void;
  terminate(): void;
}

/** What a worker tells of itself. */
export interface ThreadEvents {
  /** The kernels are there: it takes tasks. */
  started(): void;
  answered(answer: WorkerTask): void;
  /** It takes no more tasks; the last event, but it may come twice. */
  ended(why: Error): void;
}

/**
 * Starts a worker.
 *
 * @throws Error where this engine, this page or this bundle has none; other failures to start are told by `ended`
 */
export type StartThread = (setup: Omit<WorkerSetup, 'lock'>, events: ThreadEvents) => Thread;

// Always the built file: Node runs no TypeScript in workers. Web workers need `new URL` in this very form for bundlers.
export const startThread: StartThread = (setup, events) => {
  const threads = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.('node:worker_threads');
  if (threads) {
    // without the options of the process: a script behind --eval, or a loader, is none of the worker's business
    const url = new URL('../../dist/codec/worker.js', import.meta.url);
    return nodeThread(new threads.Worker(url, { execArgv: [] }), setup, events);
  }
  return webThread(
    new Worker(new URL('../../dist/codec/worker.js', import.meta.url), { type: 'module' }),
    setup,
    events,
  );
};

/** Tells what a Node worker does. */
export function nodeThread(
  worker: import('node:worker_threads').Worker,
  setup: Omit<WorkerSetup, 'lock'>,
  events: ThreadEvents,
): Thread {
  worker.on('message', (message: WorkerAnswer) => receive(message, events));
  worker.on('error', events.ended);
  worker.on('messageerror', events.ended);
  worker.on('exit', (code) => events.ended(new Error(`it ended with exit code ${code}`)));
  worker.postMessage(setup);
  return {
    post: (task) => worker.postMessage(task, [task.values.buffer]),
    terminate: () => void worker.terminate(),
  };
}

/**
 * Tells what a web worker does. One that ends fires no event, so that each holds a lock of its own until then; pages
 * without locks (no secure context) do not notice.
 */
export function webThread(worker: Worker, setup: Omit<WorkerSetup, 'lock'>, events: ThreadEvents): Thread {
  const { locks } = navigator;
  const lock = locks && `heartllm-codec-${Math.random()}`;
  const watch = new AbortController();
  worker.onmessage = ({ data }) => {
    if ('started' in data && lock) {
      const granted = locks.request(lock, { signal: watch.signal }, () => events.ended(new Error('it ended')));
      granted.catch(() => {}); // given up when the worker is terminated
    }
    receive(data as WorkerAnswer, events);
  };
  worker.onerror = (event) => events.ended(new Error(event.message || 'it could not be started'));
  worker.onmessageerror = () => events.ended(new Error('a message could not be read'));
  worker.postMessage({ ...setup, lock } satisfies WorkerSetup);
  return {
    post: (task) => worker.postMessage(task, [task.values.buffer]),
    terminate: () => {
      watch.abort();
      worker.terminate();
    },
  };
}

function receive(message: WorkerAnswer, events: ThreadEvents): void {
  if ('started' in message) events.started();
  else events.answered(message);
}

/** Threads that this machine runs at once. */
export function availableThreads(): number {
  const os = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.('node:os');
  return os?.availableParallelism() ?? navigator.hardwareConcurrency ?? 1;
}
