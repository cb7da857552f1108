/**
 * Installs the tarball of every package alone into an empty project, compiles its types and uses it in this Node, in the newest Node that
 * npm has, and in Chromium, from a build of vite and from its development server; then makes the pages of the browser guide. One line per
 * package and engine; all engines must come to the same result. `npm run test:install [NAME...] [guide]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { chromiumPath } from '../src/chromium-path.ts';
import { counted } from './check.ts';
import { useBuilt, useServed } from './in-chromium.ts';
import { newestNode } from './newest-node.ts';
import { pack, tarballProblems } from './pack.ts';
import { type Package, packages } from './packages.ts';
import { install, type Project } from './project.ts';
import { run } from './run.ts';
import { tryGuide } from './try-guide.ts';
import { compileTypes } from './types.ts';
import { useOf } from './uses.ts';

type Engine = { name: string; use(project: Project): Promise<string> };

/** Packages that a page uses with workers of their own. */
const WITH_WORKERS = ['@heartllm/fsq-tokenizer'];

/** Stands for the browser guide among the names of packages. */
const GUIDE = 'guide';

const all = packages();
const named = process.argv.slice(2);
const chosen = all.filter(({ name }) => named.length === 0 || named.includes(name));
const { check, counts } = counted();

async function engines(browser: Browser | undefined): Promise<Engine[]> {
  const nodes = [{ version: process.version, program: process.execPath }];
  try {
    const newest = await newestNode();
    if (newest.version !== process.version) nodes.push(newest);
  } catch (error) {
    console.log(`SKIPPED: the newest Node, npm has none here (${String(error).split('\n')[0]})`);
  }
  const found: Engine[] = nodes.map(({ version, program }) => ({
    name: `Node ${version.slice(1)}`,
    use: async (project) =>
      (await run(program, ['in-node.mjs', ...useOf(project.package).entries], project.folder)).trim(),
  }));
  if (!browser) {
    console.log('SKIPPED: use in Chromium, there is none');
    return found;
  }
  const built = async (project: Project) => {
    const { result, workers } = await useBuilt(project, browser);
    if (WITH_WORKERS.includes(project.package.name) && !workers) throw new Error('its workers have not started');
    return result;
  };
  found.push({ name: `Chromium ${browser.version()}, built`, use: built });
  found.push({ name: 'Chromium, served', use: async (project) => (await useServed(project, browser)).result });
  return found;
}

async function tryPackage(chosen: Package, tarballs: Map<string, string>, parent: string, engines: Engine[]) {
  await check(`${chosen.name} tarball`, async () => {
    const problems = await tarballProblems(chosen, tarballs.get(chosen.name)!);
    if (problems.length) throw new Error(problems.join('; '));
    return 'nothing missing, nothing too much';
  });
  let project: Project | undefined;
  await check(`${chosen.name} npm install`, async () => {
    project = await install(chosen, tarballs, parent);
    return 'installed alone';
  });
  if (!project) return;
  const { folder } = project;
  await check(`${chosen.name} types`, async () => compileTypes({ package: chosen, folder }));
  let first: string | undefined;
  for (const engine of engines) {
    await check(`${chosen.name} ${engine.name}`, async () => {
      const result = await engine.use(project!);
      first ??= result;
      if (result !== first) throw new Error(`expected ${first}, as in ${engines[0].name}, found ${result}`);
      return result;
    });
  }
  if (chosen.manifest.bin) {
    await check(`${chosen.name} command`, async () => {
      const args = ['heartllm', 'tokenize', 'data/records500/00000/00913_hr', '--json'];
      const { records } = JSON.parse(await run('npx', ['--no-install', ...args], project!.folder));
      return `${records[0].codes.length} codes`;
    });
    await check(`${chosen.name} demo`, async () => {
      const { labels, answers } = JSON.parse(
        await run('npx', ['--no-install', 'heartllm', 'demo', '--json'], project!.folder),
      );
      return `${answers.length} answers beside their labels: ${labels}`;
    });
  }
}

const parent = mkdtempSync(join(tmpdir(), 'heartllm-install-'));
const browser = chromiumPath
  ? await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-background-networking'] })
  : undefined;
try {
  const tarballs = await pack(all, parent);
  const each = await engines(browser);
  const queue = [...chosen];
  const lane = async () => {
    for (let one = queue.shift(); one; one = queue.shift()) await tryPackage(one, tarballs, parent, each);
  };
  await Promise.all([lane(), lane()]); // one installs while the other computes
  if (browser && (named.length === 0 || named.includes(GUIDE))) await tryGuide(check, tarballs, parent, browser);
} finally {
  await browser?.close();
  rmSync(parent, { recursive: true, force: true });
}
console.log(`install test: ${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);
