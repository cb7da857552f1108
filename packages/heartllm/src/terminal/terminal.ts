/** Where a command writes: results to `out`, everything else to `err`. Tests give their own. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** True where `err` is a terminal, so that a progress bar can be drawn. */
  interactive: boolean;
  /** Width in characters. */
  columns: number;
}

/** The process's own streams. */
export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    interactive: Boolean(process.stderr.isTTY),
    columns: Math.min(process.stdout.columns ?? 100, 120),
  };
}

/** Options that every command has. */
export interface CommonOptions {
  json?: boolean;
  verbose?: boolean;
}

/** Prints a result: the fields as JSON, or the lines for people. */
export function show(terminal: Terminal, options: CommonOptions, fields: object, lines: string[]): void {
  terminal.out(options.json ? `${JSON.stringify(fields)}\n` : `${lines.join('\n')}\n`);
}

/** Warnings go to the error stream; with --json they are fields of the result as well. */
export function warn(terminal: Terminal, warnings: string[]): void {
  for (const warning of warnings) terminal.err(`warning: ${warning}\n`);
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
  const widths = rows.reduce<number[]>((max, row) => row.map((cell, i) => Math.max(max[i] ?? 0, cell.length)), []);
  return rows.map(
    (row) => indent + row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i]) : cell)).join('  '),
  );
}
