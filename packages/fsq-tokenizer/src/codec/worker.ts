/** A worker of a LeadPool: takes leads, answers with their features. Runs in Node's worker threads and in web workers. */
import { Machine } from './machine.ts';
import type { Plan } from './plan.ts';

/** First message to a worker. */
export interface WorkerSetup {
  kernels: WebAssembly.Module;
  plan: Plan;
}

/** Every further message, and, with the features instead of the samples, the answer. */
export interface WorkerTask {
  task: number;
  values: Float32Array<ArrayBuffer>;
}

interface Port {
  postMessage(message: WorkerTask, transfer: ArrayBuffer[]): void;
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
    return;
  }
  const values = machine!.run([message.values]).slice();
  port.postMessage({ task: message.task, values }, [values.buffer]);
}

if (port.on) port.on('message', receive);
else port.onmessage = ({ data }: { data: WorkerSetup | WorkerTask }) => receive(data);
