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
import { failureFields, messageOf, PrintedFailure } from './terminal/failure.ts';
import { Interrupt, stopOnSignals } from './terminal/interrupt.ts';
import { processTerminal } from './terminal/process-terminal.ts';
import { printableTerminal, type Shell, type Terminal } from './terminal/terminal.ts';

const OK = 0;
const FAILURE = 1;
const BAD_USAGE = 2;

/** Runs the command line and ends the process: Dawn's threads would keep it alive otherwise. */
export async function main(argv: string[]): Promise<never> {
  const interrupt = new Interrupt();
  const terminal = processTerminal();
  stopOnSignals(interrupt, (signal) => terminal.err(`${signal}: stopping; a second one stops at once\n`));
  const fail = (error: unknown) => {
    terminal.err(`heartllm: ${hasOption(argv, '--verbose') ? (error as Error).stack : messageOf(error)}\n`);
    process.exit(FAILURE);
  };
  // of work that nobody waits for, in a library or another thread
  process.on('uncaughtException', fail).on('unhandledRejection', fail);
  const code = await run(argv, terminal, interrupt);
  process.exit((await terminal.close()) ? code : code || FAILURE);
}

/**
 * Runs the command line without ending the process.
 *
 * @param argv without node and script
 * @param interrupt stops the command
 * @returns exit code: 0 what was asked is done, 1 it is not, or not wholly (one line on the error stream, with --json the field `error` too),
 *   2 bad usage, 130 or 143 when stopped by SIGINT or SIGTERM
 */
export async function run(argv: string[], terminal: Terminal, interrupt = new Interrupt()): Promise<number> {
  const shell = { ...printableTerminal(terminal), interrupt };
  const json = hasOption(argv, '--json');
  try {
    await interrupt.orLeft(program(shell).parseAsync(argv, { from: 'user' }));
    return OK;
  } catch (error) {
    if (error instanceof CommanderError) return endOfUsage(error, shell, json);
    const isPrinted = error instanceof PrintedFailure;
    const failure = isPrinted ? error.cause : error;
    if (json && !isPrinted) shell.out(`${JSON.stringify({ error: failureFields(failure) })}\n`);
    const isVerbose = hasOption(argv, '--verbose') && failure instanceof Error;
    shell.err(isVerbose ? `${failure.stack}\n` : `heartllm: ${messageOf(failure)}\n`);
    return interrupt.reasonOf(failure)?.exitCode ?? FAILURE;
  }
}

/** Commander has printed what there is to say. */
function endOfUsage({ code, message }: CommanderError, shell: Shell, json: boolean): number {
  if (code === 'commander.helpDisplayed' || code === 'commander.version') return OK;
  if (json) shell.out(`${JSON.stringify({ error: { message: message.replace(/^error: /, '') } })}\n`);
  return BAD_USAGE;
}

/** A flag that decides how a failure is printed, before it is known whose it is. */
function hasOption(argv: string[], name: string): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes(name);
}

function program(shell: Shell): Command {
  const heartllm = new Command('heartllm')
    .description('A language model that reads 12-lead ECGs. Research software, not a medical device.')
    .version(version(), '-V, --version')
    .configureOutput({ writeOut: shell.out, writeErr: shell.err })
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
    add(heartllm, shell);
  }
  return heartllm;
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
