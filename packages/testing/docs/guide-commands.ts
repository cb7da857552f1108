import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../release/packages.ts';

/** A command of a guide and the lines it prints; `...` among them stands for lines that the guide leaves out. */
export interface GuideCommand {
  command: string; // may go over several lines, by a backslash
  printed: string[];
}

const SESSION = /^```console\n([\s\S]*?)^```$/gm;

/** The commands of a guide's `console` blocks: what stands behind `$ `, and the lines below it up to the next. */
export function guideCommands(guide: string): GuideCommand[] {
  return [...guide.matchAll(SESSION)].flatMap(([, block]) => sessionCommands(block!));
}

function sessionCommands(block: string): GuideCommand[] {
  const commands: GuideCommand[] = [];
  let open = false; // the line before ends in a backslash
  for (const line of block.trimEnd().split('\n')) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), printed: [] });
    else if (!last) throw new Error(`a console block begins with $, found ${line}`);
    else if (open) last.command += `\n${line}`;
    else last.printed.push(line);
    open = line.endsWith('\\') && (line.startsWith('$ ') || open);
  }
  return commands.map(({ command, printed }) => ({ command, printed: trimmed(printed) }));
}

/**
 * Runs commands one after the other in an empty folder in which the repository's `examples`, `packages` and `node_modules`
 * can be seen, on WebAssembly.
 *
 * @returns what each printed
 * @throws Error for a command that fails
 */
export function runCommands(commands: readonly GuideCommand[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'heartllm-guide-'));
  for (const name of ['examples', 'packages', 'node_modules']) symlinkSync(join(ROOT, name), join(folder, name));
  const env = { ...process.env, NODE_PATH: '', COLUMNS: '140', NO_UPDATE_NOTIFIER: '1', npm_config_loglevel: 'error' };
  try {
    return commands.map(({ command }) => {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`$ ${command}\nended with ${status}\n${stdout}${stderr}`);
      return trimmed(stdout.split('\n').map((line) => line.trimEnd()));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The printed lines shortened as a guide shortens them: as many before and after its `...`. */
export function shortened(actual: readonly string[], printed: readonly string[]): string[] {
  const gap = printed.indexOf('...');
  if (gap < 0) return [...actual];
  const after = printed.length - gap - 1;
  return [...actual.slice(0, gap), '...', ...actual.slice(actual.length - after)];
}

/** A line without what changes with machine and model: figures, and how far columns are apart. */
export function masked(line: string): string {
  return line
    .replace(/\d+(\.\d+)?/g, '#')
    .replace(/\s+/g, ' ')
    .replace(/(# )+#/g, '#')
    .trim();
}

/** The guide with what its commands print now. */
export function withOutputs(guide: string, outputs: readonly string[][]): string {
  let next = 0;
  return guide.replace(SESSION, (_, block: string) => {
    const lines = sessionCommands(block).map(({ command, printed }) => {
      const now = shortened(outputs[next++]!, printed);
      return [`$ ${command}`, ...now, ...(now.length ? [''] : [])].join('\n');
    });
    return `\`\`\`console\n${lines.join('\n').trimEnd()}\n\`\`\``;
  });
}

function trimmed(lines: readonly string[]): string[] {
  return lines.join('\n').replace(/^\n+|\s+$/g, '') === ''
    ? []
    : lines
        .join('\n')
        .replace(/^\n+|\s+$/g, '')
        .split('\n');
}
