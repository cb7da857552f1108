import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { askCommand } from './commands/ask.ts';
import { backendsCommand } from './commands/backends.ts';
import { dataCommand } from './commands/data.ts';
import { demoCommand } from './commands/demo.ts';
import { evalCommand } from './commands/eval.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { infoCommand } from './commands/info.ts';
import { plotCommand } from './commands/plot.ts';
import { reconstructCommand } from './commands/reconstruct.ts';
import { reportCommand } from './commands/report.ts';
import { tokenizeCommand } from './commands/tokenize.ts';
import { trainCommand } from './commands/train.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';

const OK = 0;
const FAILURE = 1;
const BAD_USAGE = 2;

/** Runs the command line and ends the process: Dawn's threads would keep it alive otherwise. */
export async function main(argv: string[]): Promise<never> {
  // a reader that has enough, as `head` does, is no failure
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? OK : FAILURE));
  const code = await run(argv, processTerminal());
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(code);
}

/**
 * Runs the command line without ending the process.
 *
 * @param argv without node and script
 * @returns exit code: 0 success, 1 failure (one line on the error stream), 2 bad usage
 */
export async function run(argv: string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync(argv, { from: 'user' });
    return OK;
  } catch (error) {
    if (error instanceof CommanderError) {
      const asked = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
      return asked ? OK : BAD_USAGE;
    }
    terminal.err(argv.includes('--verbose') ? `${(error as Error).stack}\n` : `heartllm: ${oneLine(error)}\n`);
    return FAILURE;
  }
}

function program(terminal: Terminal): Command {
  const heartllm = new Command('heartllm')
    .description('A language model that reads 12-lead ECGs. Research software, not a medical device.')
    .version(version(), '-V, --version')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .showHelpAfterError('(heartllm --help, or heartllm COMMAND --help, tells more)');
  for (const add of [
    infoCommand,
    tokenizeCommand,
    reconstructCommand,
    plotCommand,
    askCommand,
    reportCommand,
    trainCommand,
    evalCommand,
    importCommand,
    exportCommand,
    dataCommand,
    backendsCommand,
    demoCommand,
  ]) {
    add(heartllm, terminal);
  }
  return heartllm;
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n')[0] || 'failed without a message';
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
