import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Interrupt } from '../src/terminal/interrupt.ts';
import { writeFold9 } from './helpers/fold-9-folder.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { NODE, runProcess } from './helpers/process.ts';
import { writeManyPtbxl } from './helpers/ptbxl-folder.ts';
import { cli, stoppableCli } from './helpers/run-cli.ts';
import { writeWfdb } from './helpers/wfdb.ts';

let folder: string;
let record: string;
let model: string;
let data: string;
let fold9: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  record = await writeWfdb(folder, 'good');
  await useBackend('cpu');
  model = await writeRandomModel(join(folder, 'model'), 1);
  data = await writeManyPtbxl(join(folder, 'data'), 60);
  fold9 = await writeFold9(join(folder, 'fold9'));
});
afterAll(() => rm(folder, { recursive: true }));

const heartllm = (argv: string[], options: Parameters<typeof runProcess>[2] = {}) =>
  runProcess(process.execPath, [...NODE, ...argv], options);

/** Runs a command and sends a signal as soon as it writes something on its error stream that matches. */
function stopped(argv: string[], signal: NodeJS.Signals, when: RegExp) {
  let err = '';
  const started = (child: ChildProcess) =>
    child.stderr!.on('data', (text) => {
      err += text;
      if (when.test(err)) {
        when = /^never$/;
        child.kill(signal);
      }
    });
  return heartllm(argv, { started });
}

describe('standard output', () => {
  test.skipIf(!existsSync('/dev/full'))('that is full is said on the error stream, and is exit code 1', async () => {
    const full = await open('/dev/full', 'w');
    const ended = await heartllm(['info', record], { stdout: full.fd });
    await full.close();
    const err = 'heartllm: the result could not be written to standard output: no space is left (ENOSPC)\n';
    expect(ended).toEqual({ code: 1, out: '', err });
  });

  test('that nobody reads is said on the error stream, and is exit code 1', async () => {
    const ended = await heartllm(['info', record], { started: (child) => child.stdout!.destroy() });
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/has closed it \(EPIPE\)\n$/) });
  });

  test('an error stream that nobody reads ends no work', async () => {
    const out = join(folder, 'no-error-stream');
    const argv = ['tokenize', '--data', data, '--out', out, '--shards', '4', '--json'];
    const ended = await heartllm(argv, { started: (child) => child.stderr!.destroy() });
    expect([ended.code, JSON.parse(ended.out).made]).toEqual([0, 4]);
  });
});

describe('a signal ends a command after a clean stop: 130 after SIGINT, 143 after SIGTERM', () => {
  const many = Array<string>(40);

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('tokenize, which has nothing to finish: %s', async (signal, code) => {
    const ended = await stopped(['tokenize', ...many.fill(record), '--json'], signal, /tokenizing [1-9]/);
    const message = `stopped by ${signal}`;
    expect(ended).toMatchObject({ code, err: expect.stringMatching(new RegExp(`\nheartllm: ${message}\n$`)) });
    expect(JSON.parse(ended.out)).toEqual({ error: { message } });
  });

  test('ask, which is ended between two tokens, on a backend that never waits', async () => {
    // the record's warning comes before the answer
    const value = (lead: number, sample: number) => (lead === 4 && sample < 100 ? -32768 : sample % 700);
    const gap = await writeWfdb(folder, 'gap', { value });
    const argv = ['ask', gap, 'What does this ECG show?', '--backend', 'cpu', '--json'];
    const ended = await stopped(argv, 'SIGINT', /warning/);
    expect([ended.code, JSON.parse(ended.out)]).toEqual([130, { error: { message: 'stopped by SIGINT' } }]);
  });

  test('tokenize --data keeps its shards, and the same command continues', async () => {
    const out = join(folder, 'shards');
    const argv = ['tokenize', '--data', data, '--out', out, '--shards', '12', '--threads', '1', '--json'];
    const ended = await stopped(argv, 'SIGTERM', /tokenizing 1\d\/60/);
    expect(ended.code).toBe(143);
    const result = JSON.parse(ended.out);
    expect(result).toMatchObject({ stopped: true, error: { message: expect.stringContaining('continues') } });
    expect((await readdir(out)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const again = await heartllm(argv);
    expect(JSON.parse(again.out)).toMatchObject({ made: 12 - result.made, kept: result.made });
  });

  test('train keeps its checkpoint, and --resume continues', async () => {
    const out = join(folder, 'trained');
    const small = ['--decoder-channels', '8', '--crop', '160', '--batch-size', '1', '--validate', '0', '--epochs', '1'];
    const argv = ['train', 'tokenizer', '--data', data, '--out', out, ...small, '--backend', 'wasm', '--json'];
    const ended = await stopped(argv, 'SIGINT', /training the tokenizer [1-9]/);
    expect(ended).toMatchObject({ code: 130, err: expect.stringContaining('SIGINT: stopping') });
    const { steps, reason, error } = JSON.parse(ended.out);
    expect([reason, error.message]).toEqual(['stopped', expect.stringContaining('--resume continues')]);
    const again = await heartllm([...argv, '--resume', '--max-steps', String(steps + 1)]);
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining(`goes on at step ${steps}`) });
    expect(JSON.parse(again.out)).toMatchObject({ steps: steps + 1, stepsNow: 1, reason: 'finished' });

    const finished = await heartllm([...argv.slice(0, -1), '--resume', '--max-steps', String(steps + 1)]);
    expect(finished.code).toBe(0);
    expect(finished.out).toMatch(/^finished before, after (\d+) of \1 steps; nothing is left to do\n.*loss \d/);
  });

  test('eval keeps its predictions, and the same command continues', async () => {
    const out = join(folder, 'answers.jsonl');
    const argv = [
      'eval',
      'qa',
      '--data',
      fold9,
      '--model',
      model,
      '--backend',
      'wasm',
      '--batch-size',
      '1',
      '--out',
      out,
    ];
    const ended = await stopped(argv, 'SIGTERM', /asking [1-9]/);
    const message = `heartllm: stopped; the same command continues with ${out}\n`;
    expect(ended).toMatchObject({ code: 143, out: '', err: expect.stringContaining(message) });
    expect((await readFile(out, 'utf8')).endsWith('}\n')).toBe(true);
  });

  test('a second signal stops at once', async () => {
    const interrupt = new URL('../src/terminal/interrupt.ts', import.meta.url).href;
    const script = `import { Interrupt, stopOnSignals } from ${JSON.stringify(interrupt)};
const stop = new Interrupt();
stopOnSignals(stop, () => process.stderr.write('stopping'));
stop.finish(() => new Promise(() => setInterval(() => process.stderr.write('busy '), 50)));`;
    const argv = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
    const started = (child: ChildProcess) =>
      child.stderr!.on('data', (text) => {
        if (/busy|stopping/.test(text)) child.kill('SIGINT');
      });
    const { code, err } = await runProcess(process.execPath, argv, { started });
    expect([code, err]).toEqual([130, expect.stringContaining('stopping')]);
  });
});

describe('output paths', () => {
  const small = ['--decoder-channels', '8', '--crop', '160', '--batch-size', '4', '--validate', '0', '--epochs', '1'];

  test.each([
    [
      'train tokenizer',
      (out: string) => ['train', 'tokenizer', '--data', data, '--out', out, ...small],
      '.report.html',
    ],
    ['eval qa', (out: string) => ['eval', 'qa', '--data', fold9, '--model', model, '--out', out], ''],
    ['ask', (out: string) => ['ask', record, 'normal?', '--model', model, '--html', out], ''],
  ])('%s: are checked before anything is computed', async (_, argv, suffix) => {
    const out = join(await mkdtemp(join(folder, 'paths-')), 'out');
    await mkdir(out + suffix);
    const { code, err } = await cli(...argv(out));
    const message = `${out}${suffix}: cannot be written: there is a folder of that name (EISDIR)`;
    expect([code, err]).toEqual([1, `heartllm: ${message}\n`]);
    expect(await readdir(join(out, '..'))).toEqual([`out${suffix}`]);
  });

  test('a report of training that cannot be written any more is said, and the run goes on', async () => {
    const out = join(folder, 'no-report');
    const argv = ['train', 'tokenizer', '--data', data, '--out', out, ...small, '--backend', 'wasm', '--json'];
    const ended = await stoppableCli(argv, new Interrupt(), (before) => {
      if (/training/.test(before)) mkdirSync(`${out}.report.html`, { recursive: true });
    });
    expect(ended).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^warning: \S+report\.html: cannot be written/m),
    });
    expect(JSON.parse(ended.out).reason).toBe('finished');
  });

  test('a page that cannot be written costs the page only: the answer is printed', async () => {
    const out = join(folder, 'page.html');
    const argv = ['ask', record, 'normal?', '--model', model, '--backend', 'wasm', '--why', '--html', out, '--json'];
    const ended = await stoppableCli(argv, new Interrupt(), () => mkdirSync(out, { recursive: true }));
    expect(ended.code).toBe(1);
    const { text, error, html } = JSON.parse(ended.out);
    expect([typeof text, html, error.file]).toEqual(['string', undefined, out]);
    expect(error.message).toMatch(/^\S+page\.html: cannot be written: there is a folder of that name/);
  });
});

test('nothing tokenized is exit code 1', async () => {
  const empty = join(folder, 'empty');
  await writeManyPtbxl(empty, 3);
  await rm(join(empty, 'records500'), { recursive: true });
  const out = join(folder, 'empty-shards');
  const missing = await heartllm(['tokenize', '--data', empty, '--out', out, '--json']);
  const message = `${out}: no record was tokenized: 3 missing, 0 failed`;
  expect([missing.code, missing.err]).toEqual([1, expect.stringMatching(`heartllm: ${message}\n$`)]);
  expect(JSON.parse(missing.out)).toMatchObject({ tokenized: 0, missing: 3, error: { message } });
});

test('control characters of a file never reach a terminal', async () => {
  const path = join(folder, 'evil');
  const header = await readFile(`${record}.hea`, 'utf8');
  await writeFile(`${path}.hea`, `${header.replaceAll('good', 'evil')}# \u001b]0;title\u0007\u202egnp\u009b2J\n`);
  await writeFile(`${path}.dat`, await readFile(`${record}.dat`));
  for (const argv of [['info', path], ['info', path, '--json'], ['info', `${path}\u001b[2J`], [`\u001b[2J`]]) {
    const { out, err } = await heartllm(argv);
    expect(`${out}${err}`).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    expect(`${out}${err}`).toContain('\\u001b');
  }
});
