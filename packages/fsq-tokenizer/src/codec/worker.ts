/** A worker of a LeadPool: takes leads, answers with their features. Runs in Node's worker threads and in web workers. */
import { Machine } from './machine.ts';
import type { Plan } from './plan.ts';

/** First message to a worker. */
export interface WorkerSetup {
  kernels: WebAssembly.Module;
  plan: Plan;
  /** A lock that a web worker holds as long as it lives, as its end fires no event; none where the page has no locks. */
  lock?: string | undefined;
}

/** Every further message, and, with the features instead of the samples, the answer. */
export interface WorkerTask {
  task: number;
  values: Float32Array<ArrayBuffer>;
}

/** What a worker says: once that it takes tasks, and then what comes of them. */
export type WorkerAnswer = { started: true } | WorkerTask;

interface Port {
  postMessage(message: WorkerAnswer, transfer: ArrayBuffer[]): void;
  /** Web workers. */
  onmessage?: unknown;
  /** Node's worker threads. */
  on?(event: 'message', listener: (message: WorkerSetup | WorkerTask) => void): void;
}

const threads = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.('node:worker_threads');
const port = (threads?.parentPort ?? globalThis) as unknown as Port;
let machine: Machine | undefined;

function receive(message: WorkerSetup | WorkerTask): void {
  if ('plan' in message) {
    machine = new Machine(message.kernels, message.plan);
    const started = () => port.postMessage({ started: true }, []);
    if (message.lock) hold(message.lock, started);
    else started();
    return;
  }
  const values = machine!.run([message.values]).slice();
  port.postMessage({ task: message.task, values }, [values.buffer]);
}

/** Takes a lock for good, and says when it has it; in a sandboxed page, which has no locks, that it goes on without. */
function hold(lock: string, then: () => void): void {
  const held = navigator.locks.request(lock, () => {
    then();
    return new Promise(() => {});
  });
  held.catch(then);
}

if (port.on) port.on('message', receive);
else port.onmessage = ({ data }: { data: WorkerSetup | WorkerTask }) => receive(data);
