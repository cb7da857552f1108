import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { ROOT } from '../release/packages.ts';

/** A whole program in a README: the TypeScript block behind a line `<!-- run -->`. */
export interface ReadmeProgram {
  line: number; // of the block in the file, from 1
  code: string;
}

const MARKED = /^<!-- run -->\n\n?```ts\n([\s\S]*?)^```$/gm;
const TSX = fileURLToPath(import.meta.resolve('tsx/cli'));
/** Prints a line of JSON for each console.log: its number and what it would print. */
const RECORDER = `import { formatWithOptions as __format } from 'node:util';
const __log = (n: number) => (...values: unknown[]) =>
  process.stdout.write(JSON.stringify([n, __format({ breakLength: Infinity }, ...values)]) + '\\n');
`;

/** The programs that a README marks. */
export function readmePrograms(readme: string): ReadmeProgram[] {
  return [...readme.matchAll(MARKED)].map(({ 0: all, 1: code, index }) => ({
    line: readme.slice(0, index + all.indexOf('```ts')).split('\n').length,
    code: code!,
  }));
}

/**
 * Runs a program in an empty folder in which the repository's `examples`, `packages` and `node_modules` can be seen.
 *
 * @returns a line for every console.log that prints something else than the comment behind it says
 * @throws Error for a program that fails
 */
export async function wrongComments({ code, line }: ReadmeProgram): Promise<string[]> {
  const calls = logCalls(code);
  let recorded = code;
  for (const [n, { start }] of [...calls.entries()].reverse()) {
    recorded = `${recorded.slice(0, start)}__log(${n})${recorded.slice(start + 'console.log'.length)}`;
  }
  const printed = calls.map((): string[] => []);
  for (const text of (await run(RECORDER + recorded)).split('\n')) {
    if (!text.startsWith('[')) continue;
    const [n, said] = JSON.parse(text) as [number, string];
    printed[n]!.push(said);
  }
  return calls.flatMap(({ start, comment }, n) => {
    if (says(comment, printed[n]!)) return [];
    const at = line + code.slice(0, start).split('\n').length;
    return [`line ${at}: prints ${oneLine(printed[n]!.join(' '))}, the comment says ${comment}`];
  });
}

/** Where a program calls console.log, and the comment behind each call and on lines of its own below. */
function logCalls(code: string): { start: number; comment: string }[] {
  const calls: { start: number; comment: string }[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'console.log') {
      const [, behind = ''] = /^;?((?:\n?[^\S\n]*\/\/[^\n]*)*)/.exec(code.slice(node.end)) ?? [];
      calls.push({ start: node.getStart(), comment: oneLine(behind.replace(/^\s*\/\/ ?/gm, '')) });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('program.ts', code, ts.ScriptTarget.ES2022, true));
  return calls;
}

/**
 * Whether a comment tells what was printed: one text after the other, perhaps with words behind; `...` stands for what the comment leaves out.
 * A call without a comment may print anything.
 */
export function says(comment: string, printed: readonly string[]): boolean {
  if (comment === '') return true;
  const text = oneLine(printed.join(' '));
  const [head, ...rest] = comment.split('...');
  if (rest.length > 0) return text.startsWith(head!.trimEnd());
  let at = 0;
  return printed.map(oneLine).every((each, i) => {
    const found = comment.indexOf(each, at);
    at = found + each.length;
    return i === 0 ? found === 0 : found >= 0;
  });
}

async function run(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'heartllm-readme-'));
  try {
    for (const name of ['examples', 'packages', 'node_modules']) await symlink(join(ROOT, name), join(folder, name));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'program.ts'), program);
    const argv = [TSX, '--conditions=heartllm-src', 'program.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, argv, {
      cwd: folder,
      env: { ...process.env, NODE_PATH: '' },
    });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The wrong comments of a file, each with its path. */
export async function wrongIn(file: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const program of readmePrograms(await readFile(join(ROOT, file), 'utf8'))) {
    for (const each of await wrongComments(program)) wrong.push(`${file} ${each}`);
  }
  return wrong;
}
