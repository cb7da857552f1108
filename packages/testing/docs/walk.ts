import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../release/packages.ts';

/** How often functions are called, by name, by file below packages/. */
export type Passed = Record<string, Record<string, number>>;

/** What `heartllm ask` passes, of a record of the repository. */
export interface Walk {
  /** All of it. */
  command: Passed;
  /** Opening the model. */
  open: Passed;
  /** From the bytes of the record to the answer, by a model that is open. */
  record: Passed;
}

const RECORD = 'examples/data/ptbxl/records500/00000/00913_hr';
const BEGIN = '<!-- the walk, by npm run docs:generate -->\n';
const END = '<!-- its end -->\n';

/** Walks through the sources, counting what is called. */
export function walk(): Walk {
  const node = ['--conditions=heartllm-src', '--import', import.meta.resolve('tsx')];
  const sources = pathToFileURL(join(ROOT, 'packages/heartllm/src')).href;
  const argv = [
    ...node,
    join(ROOT, 'packages/testing/docs/walk-child.ts'),
    sources,
    join(ROOT, RECORD),
    'Is it normal?',
  ];
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8', cwd: ROOT }));
}

/** The list of files in docs/architecture.md, by package. */
export function filesPassed({ open, record }: Walk): string {
  const opening = Object.keys(open).filter((file) => !(file in record));
  const lines = [
    `The record passes ${Object.keys(record).length} files:`,
    '',
    ...byPackage(Object.keys(record)),
    '',
    `Opening the model passes ${opening.length} others:`,
    '',
    ...byPackage(opening),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The guide with another list of files. */
export function withFilesPassed(guide: string, list: string): string {
  const [from, to] = [guide.indexOf(BEGIN), guide.indexOf(END)];
  return from < 0 ? guide : `${guide.slice(0, from + BEGIN.length)}\n${list}\n${guide.slice(to)}`;
}

/** The heads that a guide names: symbol and file of `[`symbol`](../packages/file)` in a numbered list. */
export function headsOf(guide: string): { symbol: string; file: string }[] {
  const heads = guide.matchAll(/^\d+\. \[`([^`]+)`\]\(\.\.\/packages\/([^)]+)\)/gm);
  return Array.from(heads, ([, symbol, file]) => ({ symbol, file }));
}

function byPackage(files: string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const file of files.sort()) {
    const [name, , ...path] = file.split('/'); // NAME/src/PATH.ts
    groups.set(name, [...(groups.get(name) ?? []), path.join('/').replace(/\.(ts|js)$/, '')]);
  }
  return [...groups].map(([name, paths]) => `- ${name} (${paths.length}): ${paths.join(', ')}`);
}
