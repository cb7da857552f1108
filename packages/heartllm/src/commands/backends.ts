import { execFile } from 'node:child_process';
import type { Command } from 'commander';
import { type CommonOptions, perform, type Rendered, type Shell, table } from '../terminal/terminal.ts';
import { commonOptions } from './options.ts';

/** All that can be asked for, in the order in which 'auto' tries them. */
const NAMES = ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'] as const;
/** Starting a GPU driver may hang; a healthy one answers within seconds. */
const PATIENCE_MS = 60_000;

interface BackendStatus {
  name: string;
  available: boolean;
  /** What computes, or why it is not available. */
  device?: string;
  reason?: string;
}

/** `heartllm backends` */
export function backendsCommand(program: Command, shell: Shell): void {
  commonOptions(program.command('backends'))
    .description('list what can compute on this machine')
    .action((options: CommonOptions) =>
      perform(shell, options, () => runBackends(shell.interrupt.signal), renderBackends),
    );
}

async function runBackends(signal: AbortSignal): Promise<BackendStatus[]> {
  const backends: BackendStatus[] = [];
  for (const name of NAMES) backends.push(await probe(name, signal));
  return backends;
}

function renderBackends(backends: BackendStatus[]): Rendered {
  const rows = backends.map(({ name, available, device, reason }) => [
    name,
    available ? 'yes' : 'no',
    device ?? reason ?? '',
  ]);
  return { fields: { backends }, lines: table(rows) };
}

/** Tries a backend in a process of its own: two of them share one engine badly, and a driver may take its process down. */
function probe(name: string, signal: AbortSignal): Promise<BackendStatus> {
  const backend = import.meta.resolve('@heartllm/backend');
  const script = `
    import(${JSON.stringify(backend)})
      .then(({ useBackend }) => useBackend(${JSON.stringify(name)}))
      .then(({ device }) => ({ device }), (error) => ({ reason: error.reason ?? error.message }))
      .then((result) => process.stdout.write(JSON.stringify(result), () => process.exit(0)));`;
  const args = [...process.execArgv, '--input-type=module', '--eval', script];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: PATIENCE_MS, signal }, (error, stdout) => {
      const result = parse(stdout);
      if (result) resolve({ name, available: result.device !== undefined, ...result });
      else resolve({ name, available: false, reason: error?.killed ? 'it did not start in time' : 'it crashed' });
    });
  });
}

function parse(text: string): { device?: string; reason?: string } | undefined {
  try {
    return JSON.parse(text) as { device?: string; reason?: string };
  } catch {
    return undefined;
  }
}
