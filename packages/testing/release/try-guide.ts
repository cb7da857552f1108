import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright';
import type { Check } from './check.ts';
import { guideHeaders, guidePage } from './guide.ts';
import { exampleRecord, installGuide, VITES, writeFiles } from './guide-project.ts';
import { withPage } from './page.ts';
import { run } from './run.ts';
import { type Served, serveFolders } from './static-server.ts';
import { viteBuild, viteServe } from './vite-command.ts';

const CODES = 'Codes in your own page';
const NO_BUNDLER = 'Without a bundler';
const ASK = 'The language model too';
const WORKER = 'Keep the page responsive';

const NODE_CODES = `
import { prepare, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { EcgTokenizer } from '@heartllm/fsq-tokenizer';
const tokenizer = await EcgTokenizer.load();
console.log(tokenizer.encode(prepare(await readRecord(folderSource('.'), '00913_hr'))).join(' '));`;

const NODE_ANSWER = `
import { useBackend } from '@heartllm/backend';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { HeartLlm } from 'heartllm';
await useBackend('wasm');
const record = await readRecord(folderSource('public/records'), '00913_hr');
console.log((await (await HeartLlm.load()).ask(record, 'Is this ECG normal?')).text);`;

/** One way in which a page comes to a browser. */
type Serve = () => Promise<Served>;

/**
 * The pages of docs/run-in-a-browser.md as a reader makes them: served by vite without configuration, built by it and opened under the
 * guide's headers, built by esbuild, and without a bundler. Each has to show what Node computes.
 */
export async function tryGuide(check: Check, tarballs: Map<string, string>, parent: string, browser: Browser) {
  const codes = join(parent, 'guide-codes');
  const ask = join(parent, 'guide-ask');
  const install = (folder: string, heading: string) => async () => {
    const page = guidePage(heading);
    await installGuide(page, tarballs, folder);
    return page.packages.join(' ');
  };
  if (await check('guide codes, npm install', install(codes, CODES))) await tryCodes(check, codes, browser);
  if (await check('guide answer, npm install', install(ask, ASK))) await tryAnswers(check, ask, browser);
}

async function tryCodes(check: Check, folder: string, browser: Browser): Promise<void> {
  const files = exampleRecord(folder);
  const expected = await inNode(folder, NODE_CODES);
  const tryPage = (how: string, serve: Serve) =>
    check(`guide codes, ${how}`, async () => {
      await shows(browser, serve, expected, async (page) => {
        await page.waitForFunction(() => Boolean(document.querySelector<HTMLInputElement>('#input')?.onchange));
        await page.setInputFiles('#input', files);
      });
      return `${expected.split(' ').length} codes as in Node`;
    });
  writeFiles(folder, CODES);
  for (const [how, serve] of ways(folder)) await tryPage(how, serve);
  const script = readFileSync(join(folder, 'main.ts'), 'utf8');
  writeFiles(folder, NO_BUNDLER);
  writeFileSync(join(folder, 'main.js'), script);
  await tryPage('import map', () => serveFolders([folder]));
}

async function tryAnswers(check: Check, folder: string, browser: Browser): Promise<void> {
  const expected = await inNode(folder, NODE_ANSWER);
  const tryPage = (what: string, serve: Serve) =>
    check(`guide ${what}`, async () => {
      await shows(browser, serve, expected);
      return `"${expected}" as in Node`;
    });
  writeFiles(folder, ASK);
  for (const [how, serve] of ways(folder)) await tryPage(`answer, ${how}`, serve);
  writeFiles(folder, ASK, WORKER);
  for (const [how, serve] of ways(folder, ['vite'])) {
    if (how !== 'esbuild') await tryPage(`answer from a worker, ${how}`, serve);
  }
}

/** Ways to serve and to build the page in a folder. */
function ways(folder: string, vites = Object.keys(VITES)): [string, Serve][] {
  const dist = join(folder, 'dist');
  const underHeaders = () => serveFolders([dist, join(folder, 'public')], guideHeaders());
  return [
    ...vites.flatMap((vite): [string, Serve][] => {
      const version = VITES[vite as keyof typeof VITES].replace('npm:', '').replace('@', ' ');
      return [
        [`${version} served`, () => viteServe(folder, vite)],
        [`${version} built`, () => viteBuild(folder, vite).then(underHeaders)],
      ];
    }),
    ['esbuild', () => esbuildPage(folder, dist).then(underHeaders)],
  ];
}

async function esbuildPage(folder: string, dist: string): Promise<void> {
  const options = { bundle: true, splitting: true, format: 'esm', logLevel: 'error' } as const;
  await build({ ...options, entryPoints: [join(folder, 'main.ts')], outdir: dist });
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  writeFileSync(join(dist, 'index.html'), html.replace('./main.ts', './main.js'));
}

async function inNode(folder: string, program: string): Promise<string> {
  return (
    await run(process.execPath, ['--input-type=module', '--eval', `${program}\nprocess.exit(0);`], folder)
  ).trim();
}

/** @throws Error when a page does not come to show what is expected */
async function shows(browser: Browser, serve: Serve, expected: string, act?: (page: Page) => Promise<void>) {
  const { origin, close } = await serve();
  try {
    await withPage(browser, origin, async (page) => {
      await act?.(page);
      const shown = (text: string) => document.querySelector('#output')?.textContent === text;
      await page.waitForFunction(shown, expected).catch(async () => {
        throw new Error(`expected ${expected}, found ${await page.locator('#output').textContent()}`);
      });
    });
  } finally {
    close();
  }
}
