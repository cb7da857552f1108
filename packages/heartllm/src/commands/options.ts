import type { BackendInfo, BackendName } from '@heartllm/backend';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { HeartLlm } from '../pipeline.ts';
import type { CommonOptions } from '../terminal/terminal.ts';

/** Help text of a record argument. */
export const RECORD =
  "path to a WFDB record's header, with or without .hea, or to an .edf, .bdf, .csv, .tsv, .txt, .hdf5, .npy or .npz file (FILE#NAME: an exam or array of several, FILE##N: an exam by its number from 0)";

/** Options of the commands that compute. */
export interface ModelOptions extends CommonOptions {
  backend: BackendName;
  model?: string;
}

/** Adds --json and --verbose. */
export function commonOptions(command: Command): Command {
  return command.option('--json', 'print the result as JSON').option('--verbose', 'print the stack trace of a failure');
}

/** Adds --model, --backend, --json and --verbose. */
export function modelOptions(command: Command): Command {
  return commonOptions(
    command.option('--model <dir>', 'model folder (default: the embedded nano model)').addOption(backendOption()),
  );
}

export function backendOption(): Option {
  return new Option('--backend <name>', 'what computes the language model; codes are the same everywhere')
    .choices(['auto', 'webgpu', 'node-gpu', 'node', 'wasm', 'cpu'])
    .default('auto');
}

/** Reads an option's value that must be a whole number. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    }
    return value;
  };
}

/** Starts the backend and opens the model. */
export async function openModel(options: ModelOptions): Promise<{ model: HeartLlm; backend: BackendInfo }> {
  const { useBackend } = await import('@heartllm/backend');
  const backend = await useBackend(options.backend);
  return { model: await openCodec(options), backend };
}

/** Opens the model for turning ECGs into codes and back, which no backend has a part in. */
export async function openCodec({ model }: ModelOptions): Promise<HeartLlm> {
  // imported here, so that other commands start without TensorFlow.js
  const [{ HeartLlm }, { folderSource }, { settleForReading }] = await Promise.all([
    import('../pipeline.ts'),
    import('@heartllm/ecg-io/node'),
    import('../files/output-folder.ts'),
  ]);
  if (model !== undefined) await settleForReading(model);
  return HeartLlm.load(model === undefined ? undefined : folderSource(model));
}

/** For people: 'wasm (WebAssembly)'. */
export function describeBackend({ name, device }: BackendInfo): string {
  return `${name} (${device})`;
}
