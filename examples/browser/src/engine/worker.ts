import type { CallName, Calls, Failure, FromWorker, ToWorker } from './protocol.ts';
import { find, read } from './recordings.ts';
import { Session } from './session.ts';

/** What a call is given beside its input. */
export interface Context<N extends CallName> {
  /** Tells the page how far it is; waits long enough to hear that the call was cancelled, and then throws. */
  progress(event: Calls[N]['event']): Promise<void>;
  signal: AbortSignal;
}

type Handlers = { [N in CallName]: (input: Calls[N]['input'], context: Context<N>) => Promise<Calls[N]['output']> };

const session = new Session();
const handlers: Handlers = {
  open: (input, context) => session.open(input, context),
  find: ({ files }) => find(files),
  read: (input) => read(input),
  tokenize: ({ record, start }) => session.tokenize(record, start),
  ask: (input, context) => session.ask(input, context),
  report: (input, context) => session.report(input, context),
  why: (input, context) => session.why(input, context),
};

const running = new Map<number, AbortController>();
/** One call at a time: they share a model. */
let queue: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if ('cancel' in data) {
    running.get(data.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(data.id, controller);
  queue = queue.then(() => run(data.id, data.name, data.input, controller.signal));
};

async function run(id: number, name: CallName, input: unknown, signal: AbortSignal): Promise<void> {
  const progress = async (event: unknown) => {
    post({ id, event });
    await nextTask();
    signal.throwIfAborted();
  };
  try {
    signal.throwIfAborted();
    const handler = handlers[name] as (input: unknown, context: Context<CallName>) => Promise<unknown>;
    post({ id, output: await handler(input, { progress, signal }) });
  } catch (error) {
    post({ id, failure: describe(error) });
  } finally {
    running.delete(id);
  }
}

function post(message: FromWorker): void {
  self.postMessage(message);
}

/** Lets messages in: promises alone never do, and a timer would wait 4 ms. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function describe(error: unknown): Failure {
  const { name = 'Error', message = String(error), field } = error as Partial<Failure>;
  return { name, message, ...(typeof field === 'string' && { field }) };
}
