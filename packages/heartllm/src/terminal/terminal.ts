import { failureFields, PrintedFailure } from './failure.ts';
import type { Interrupt } from './interrupt.ts';
import { printable, printableLine } from './printable.ts';

/** Where a command writes: results to `out`, everything else to `err`. Tests give their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True where `err` is a terminal, so that a progress bar can be drawn. */
  interactive: boolean;
  /** Width in characters. */
  columns: number;
}

/** What a command runs in. */
export interface Shell extends Terminal {
  /** How it ends early. */
  interrupt: Interrupt;
}

/** The edge: whatever commands write, a terminal gets {@link printable} text. */
export function printableTerminal(terminal: Terminal): Terminal {
  return {
    ...terminal,
    out: (text) => terminal.out(printable(text)),
    err: (text) => terminal.err(printable(text)),
  };
}

/** Options that every command has. */
export interface CommonOptions {
  json?: boolean;
  verbose?: boolean;
}

/** What a command has to say. */
export interface Rendered {
  /** For --json. */
  fields: object;
  /** For people. */
  lines: string[];
  /** Why what was asked is not done, or only a part of it: printed after the result, and the exit code says it, too. */
  failure?: Error | undefined;
}

/**
 * Runs a command and prints its result.
 *
 * @throws PrintedFailure where only a part of what was asked is done; what `run` throws
 */
export async function perform<R>(
  terminal: Terminal,
  options: CommonOptions,
  run: () => Promise<R>,
  render: (result: R) => Rendered,
): Promise<void> {
  const { fields, lines, failure } = render(await run());
  const error = failure && { error: failureFields(failure) };
  show(terminal, options, { ...fields, ...error }, lines);
  if (failure) throw new PrintedFailure(failure);
}

/** Prints a result: the fields as JSON, or the lines for people. */
export function show(terminal: Terminal, options: CommonOptions, fields: object, lines: string[]): void {
  terminal.out(options.json ? `${JSON.stringify(fields)}\n` : lines.map((line) => `${line}\n`).join(''));
}

/** Warnings go to the error stream; with --json they are fields of the result as well. */
export function warn(terminal: Terminal, warnings: string[]): void {
  for (const warning of warnings) terminal.err(`warning: ${printableLine(warning)}\n`);
}

/** Of many warnings so many are printed. */
const SHOWN = 20;

/** Warnings of which there may be thousands, as of a data set. */
export function warnOfSome(terminal: Terminal, warnings: string[]): void {
  const more = warnings.length > SHOWN ? [`and ${warnings.length - SHOWN} more like these`] : [];
  warn(terminal, [...warnings.slice(0, SHOWN), ...more]);
}

/** Words, or numbers, filled into lines of at most `width` characters. */
export function wrap(words: string[], width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    if (line.length > indent.length && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return line.length > indent.length ? [...lines, line] : lines;
}

/** Rows of cells as left-aligned columns, the last one as it is. */
export function table(rows: string[][], indent = ''): string[] {
  const cells = rows.map((row) => row.map(printableLine));
  const widths = cells.reduce<number[]>((max, row) => row.map((cell, i) => Math.max(max[i] ?? 0, cell.length)), []);
  return cells.map(
    (row) => indent + row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i]) : cell)).join('  '),
  );
}
