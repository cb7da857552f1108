import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GuidePage, guidePage } from './guide.ts';
import { ROOT } from './packages.ts';
import { run } from './run.ts';

/** The versions of vite that the guide's pages are tried with: the repository's, and the newest major one. */
export const VITES = { vite: 'npm:vite@7.3.8', vite8: 'npm:vite@8.4.0' };

/** Makes a project that has what a page of the guide tells to install, from tarballs where they are ours, and runs its other commands. */
export async function installGuide(page: GuidePage, tarballs: Map<string, string>, folder: string): Promise<void> {
  const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const local = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  const versions: Record<string, string> = { ...root.devDependencies, ...local, ...VITES };
  const dependencies = Object.fromEntries([...page.packages, 'vite8'].map((name) => [name, versions[name]!]));
  mkdirSync(folder);
  const manifest = { private: true, type: 'module', dependencies, overrides: local };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...quiet], folder);
  await run('bash', ['-ec', page.commands], folder);
}

/** Puts the files of the pages under these headings into a project, those of a later one over those of an earlier one. */
export function writeFiles(folder: string, ...headings: string[]): void {
  for (const file of ['index.html', 'main.ts', 'worker.ts', 'vite.config.ts', 'dist']) {
    rmSync(join(folder, file), { recursive: true, force: true });
  }
  for (const heading of headings) {
    for (const [name, text] of guidePage(heading).files) writeFileSync(join(folder, name), text);
  }
}

/** Copies the record of the repository that the guide's pages read. @returns its two files */
export function exampleRecord(folder: string): string[] {
  return ['00913_hr.hea', '00913_hr.dat'].map((name) => {
    const file = join(folder, name);
    cpSync(join(ROOT, 'examples/data/ptbxl/records500/00000', name), file);
    return file;
  });
}
