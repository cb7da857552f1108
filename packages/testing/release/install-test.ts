/**
 * Installs the tarball of every package alone into an empty project and uses it in this Node, in the newest Node that npm has,
 * and in Chromium. One line per package and engine; all engines must come to the same result. `npm run test:install [NAME...]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { chromiumPath } from '../src/chromium-path.ts';
import { useInChromium } from './in-chromium.ts';
import { newestNode } from './newest-node.ts';
import { pack, tarballProblems } from './pack.ts';
import { type Package, packages } from './packages.ts';
import { install, type Project } from './project.ts';
import { run } from './run.ts';

type Engine = { name: string; use(project: Project): Promise<string> };

const all = packages();
const named = process.argv.slice(2);
const chosen = all.filter(({ name }) => named.length === 0 || named.includes(name));
let [passed, failed] = [0, 0];

async function check(label: string, work: () => Promise<string>): Promise<string | undefined> {
  const start = performance.now();
  try {
    const result = await work();
    passed++;
    console.log(`ok   ${label}: ${result} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    failed++;
    console.log(`FAIL ${label}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

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
    use: async ({ folder }) => (await run(program, ['in-node.mjs'], folder)).trim(),
  }));
  if (browser) found.push({ name: `Chromium ${browser.version()}`, use: (project) => useInChromium(project, browser) });
  else console.log('SKIPPED: use in Chromium, there is none');
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
  for (const one of chosen) await tryPackage(one, tarballs, parent, each);
} finally {
  await browser?.close();
  rmSync(parent, { recursive: true, force: true });
}
console.log(`install test: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
