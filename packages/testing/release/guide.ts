import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './packages.ts';

/** A page that docs/run-in-a-browser.md shows, as it stands there. */
export interface GuidePage {
  heading: string;
  /** What `npm install` is given. */
  packages: string[];
  /** Other commands, one a line. */
  commands: string;
  /** Texts of files by their names. */
  files: Map<string, string>;
}

const FILE = /^`([\w.-]+)`[^\n]*(?:\n[^\n]+)*\n\n```(?:html|ts)\n([\s\S]*?)^```$/gm;
const SHELL = /^```sh\n([\s\S]*?)^```$/gm;
const HEADER = /`([\w-]+-[\w-]+): ([^`]+)`/g;

const guide = () => readFileSync(join(ROOT, 'docs/run-in-a-browser.md'), 'utf8');

/** The page under a heading. @throws Error where the guide has none */
export function guidePage(heading: string): GuidePage {
  const section = guide()
    .split(/^## /m)
    .find((text) => text.startsWith(`${heading}\n`));
  const files = new Map([...(section ?? '').matchAll(FILE)].map(([, name, text]) => [name!, text!]));
  if (files.size === 0) throw new Error(`docs/run-in-a-browser.md: no files under "${heading}"`);
  const lines = [...section!.matchAll(SHELL)].flatMap(([, block]) => block!.trim().split('\n'));
  const installs = lines.filter((line) => line.startsWith('npm install '));
  return {
    heading,
    packages: installs.flatMap((line) => line.split(' ').slice(2)).filter((word) => !word.startsWith('--')),
    commands: lines.filter((line) => !installs.includes(line)).join('\n'),
    files,
  };
}

/** All headers that the guide names, its content-security policy first. */
export function guideHeaders(): Record<string, string> {
  const section = guide().split(/^## Headers$/m)[1]!;
  const policy = /`(script-src [^`]+)`/.exec(section)![1]!;
  const others = [...section.matchAll(HEADER)].map(([, name, value]) => [name!, value!]);
  return { 'Content-Security-Policy': policy, ...Object.fromEntries(others) };
}
