import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../..', import.meta.url));
const NEEDED = ['fsq-tokenizer', 'lead-encoder', 'safetensors', 'source', 'backend'];

let project: string;

// as someone who installs only this package: the tarballs, in an empty project, without a network
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'fsq-package-'));
  const dependencies: Record<string, string> = {};
  for (const name of NEEDED) {
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project];
    const { stdout } = await run('npm', pack, { cwd: join(packages, name) });
    dependencies[`@heartllm/${name}`] = `file:${JSON.parse(stdout)[0].filename}`;
  }
  const resolve = createRequire(join(packages, 'backend', 'package.json')).resolve;
  dependencies.seedrandom = `file:${dirname(resolve('seedrandom/package.json'))}`;
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: project });
}, 120_000);

afterAll(() => rm(project, { recursive: true, force: true }));

test('its tarball has no tensor engine in its tree', async () => {
  expect((await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.')).sort()).toEqual([
    '@heartllm',
    'seedrandom',
  ]);
});

test('five lines give 313 codes, on this thread and on two others', async () => {
  const script = `
    import { EcgTokenizer } from '@heartllm/fsq-tokenizer';
    const tokenizer = await EcgTokenizer.load();
    const ecg = Array.from({ length: 12 }, (_, lead) => Float32Array.from({ length: 5000 }, (_, t) => Math.sin(t / (20 + lead))));
    const codes = tokenizer.encode(ecg);
    for await (const each of tokenizer.encodeEach([ecg], { threads: 2 })) console.log(codes.length, each.codes.join() === codes.join());`;
  await writeFile(join(project, 'encode.js'), script);
  const { stdout } = await run('node', ['encode.js'], { cwd: project });
  expect(stdout).toBe('313 true\n');
});
