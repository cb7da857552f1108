import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@heartllm/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settleForReading } from '../src/files/output-folder.ts';
import { withFaults } from './helpers/faults.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { NODE, runProcess } from './helpers/process.ts';
import { cli } from './helpers/run-cli.ts';

/** Random weights of the published encoder. */
const checkpoint = fileURLToPath(new URL('fixtures/encoder.safetensors', import.meta.url));

let folder: string;
let models: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  await useBackend('cpu');
  models = [];
  for (const seed of [1, 2]) models.push(await writeRandomModel(join(folder, `model${seed}`), seed));
});
afterAll(() => rm(folder, { recursive: true }));

/** What is in a folder, all the way down, as SHA-256; what is half-made has a name that no reader looks at. */
async function contentOf(path: string): Promise<Record<string, string>> {
  const entries = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = await Promise.all(
    entries.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name);
      const hash = createHash('sha256').update(await readFile(file));
      return [file.slice(path.length + 1), hash.digest('hex')] as const;
    }),
  );
  const seen = files.filter(([name]) => !/^\.part\.|\.tmp$/.test(name));
  return Object.fromEntries(seen.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A command that changes a model folder, and what is there before. */
interface Change {
  before: (out: string) => Promise<unknown>;
  argv: (out: string) => string[];
}

const full = (out: string) => cp(models[0], out, { recursive: true });
async function withoutLlm(out: string): Promise<void> {
  await full(out);
  for (const part of ['llm', 'adapter']) await rm(join(out, part), { recursive: true, force: true });
  const manifest = JSON.parse(await readFile(join(out, 'heartllm.json'), 'utf8'));
  manifest.contents = { ecgTokenizer: 'ecg-tokenizer' };
  await writeFile(join(out, 'heartllm.json'), JSON.stringify(manifest));
}

const CHANGES: Record<string, Change> = {
  'import tokenizer --force': {
    before: full,
    argv: (out) => ['import', 'tokenizer', checkpoint, '--out', out, '--force'],
  },
  'import llm --force': {
    before: full,
    argv: (out) => ['import', 'llm', join(models[1], 'llm'), '--out', out, '--force'],
  },
  'import llm': { before: withoutLlm, argv: (out) => ['import', 'llm', join(models[1], 'llm'), '--out', out] },
  'export --force': { before: full, argv: (out) => ['export', '--model', models[1], '--out', out, '--force'] },
};

/** A place of its own, so that everything beside the folder is seen too. */
async function place(name: string, { before }: Change) {
  const parent = await mkdtemp(join(folder, `${name.replaceAll(' ', '-')}-`));
  const out = join(parent, 'out');
  await before(out);
  return { parent, out };
}

describe.each(Object.entries(CHANGES))('%s', (name, change) => {
  /** What there is without any fault, before and after. */
  async function whole() {
    const { out } = await place(name, change);
    const old = await contentOf(out);
    const calls = await withFaults(
      () => false,
      async () => expect(await cli(...change.argv(out))).toMatchObject({ code: 0 }),
    );
    return { old, fresh: await contentOf(out), calls };
  }

  test.each([
    ['whatever fails, once', (at: number) => (call: number) => call === at],
    [
      'whatever fails, and all that comes after it, as when the process is killed',
      (at: number) => (call: number) => call >= at,
    ],
  ])('%s: the old or the new is there, whole, and the same command finishes it', async (_, failsFrom) => {
    const { old, fresh, calls } = await whole();
    expect(calls).toBeGreaterThan(5);
    for (let at = 0; at < calls; at++) {
      const { parent, out } = await place(name, change);
      let message = '';
      let code = 0;
      await withFaults(failsFrom(at), async () => {
        ({ code, err: message } = await cli(...change.argv(out)));
      });
      if (code !== 0) expect(message, `call ${at}`).not.toMatch(/\.tmp|\.old|\d-[0-9a-f]{8}/);
      await settleForReading(out); // as whoever reads the model does
      const found = await contentOf(out);
      expect([old, fresh], `call ${at}`).toContainEqual(found);

      const again = await cli(...change.argv(out));
      if (change.argv(out).includes('--force')) expect(again, `call ${at}`).toMatchObject({ code: 0 });
      expect(await contentOf(out), `call ${at}`).toEqual(fresh);
      await expectNothingLeft(parent, `call ${at}`);
    }
  });

  test('killed at each rename: the same', async () => {
    const { old, fresh } = await whole();
    for (let at = 0; ; at++) {
      const { parent, out } = await place(name, change);
      const { code } = await killedAtRename(at, change.argv(out));
      if (code === 0) break; // no more of them
      expect(code).toBe(-1);
      expect(await readdir(parent)).toContain('out.lock');
      await settleForReading(out);
      expect([old, fresh], `rename ${at}`).toContainEqual(await contentOf(out));
      await cli(...change.argv(out));
      expect(await contentOf(out), `rename ${at}`).toEqual(fresh);
      await expectNothingLeft(parent, `rename ${at}`);
    }
  });
});

/** Neither beside the folder nor in it. */
async function expectNothingLeft(parent: string, when: string): Promise<void> {
  expect(await readdir(parent), when).toEqual(['out']);
  const left = (await readdir(join(parent, 'out'), { recursive: true })).filter((name) =>
    /tmp|old|import|lock/.test(name),
  );
  expect(left, when).toEqual([]);
}

/** Runs the command line in a process that kills itself in the place of a rename of folder, part or manifest, after so many others. */
function killedAtRename(at: number, argv: string[]) {
  const hook = `import fs from 'node:fs/promises'; import { syncBuiltinESMExports } from 'node:module';
    const { rename } = fs; let left = ${at};
    const counts = (path) => /\\/\\.[^/]*\\.(tmp|old)$|heartllm(\\.import)?\\.json$/.test(path);
    fs.rename = (...args) => (args.some(counts) && left-- === 0 ? process.kill(process.pid, 'SIGKILL') : rename(...args));
    syncBuiltinESMExports();`;
  const node = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, ...NODE];
  return runProcess(process.execPath, [...node, ...argv]);
}

test('a Llama that replaces the one of a merged export leaves its ECG tokenizer alone', async () => {
  const out = join(folder, 'merged');
  expect(await cli('export', '--model', models[0], '--merge', '--backend', 'cpu', '--out', out)).toMatchObject({
    code: 0,
  });
  const tokenizer = await contentOf(join(out, 'ecg-tokenizer'));
  expect(await cli('import', 'llm', join(models[1], 'llm'), '--out', out, '--force')).toMatchObject({ code: 0 });
  expect(await contentOf(join(out, 'ecg-tokenizer'))).toEqual(tokenizer);
  expect((await readdir(out)).sort()).toEqual(['README.md', 'ecg-tokenizer', 'heartllm.json', 'llm']);
  expect(JSON.parse(await readFile(join(out, 'heartllm.json'), 'utf8')).contents.llm).toBe('llm');
});

test('Ctrl-C while a model is exported leaves what was there', async () => {
  const { parent, out } = await place('export-stopped', CHANGES['export --force']);
  const old = await contentOf(out);
  const hook = `import fs from 'node:fs/promises'; import { syncBuiltinESMExports } from 'node:module';
    const mkdir = fs.mkdir;
    fs.mkdir = async (path, ...args) => { if (String(path).endsWith('ecg-tokenizer')) process.kill(process.pid, 'SIGINT'); return mkdir(path, ...args); };
    syncBuiltinESMExports();`;
  const node = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, ...NODE];
  const { code, err } = await runProcess(process.execPath, [...node, ...CHANGES['export --force'].argv(out)]);
  expect([code, err]).toEqual([130, expect.stringMatching(/heartllm: stopped by SIGINT\n$/)]);
  expect(await contentOf(out)).toEqual(old);
  expect(await readdir(parent)).toEqual(['out']);
});
