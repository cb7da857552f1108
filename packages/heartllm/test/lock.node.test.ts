import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Holder, isRunning, thisProcess } from '../src/files/holder.ts';
import { HeldError, withLock } from '../src/files/lock.ts';
import { NODE, runProcess } from './helpers/process.ts';
import { writeManyPtbxl } from './helpers/ptbxl-folder.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  data = await writeManyPtbxl(join(folder, 'data'), 12);
});
afterAll(() => rm(folder, { recursive: true }));

const heartllm = (argv: string[], started?: (child: ChildProcess) => void) =>
  runProcess(process.execPath, [...NODE, ...argv], { ...(started && { started }) });

describe('a lock that is there', () => {
  let path: string;
  /** Of a process that has left it. */
  async function left(changes: Partial<Holder>): Promise<void> {
    path = join(await mkdtemp(join(folder, 'lock-')), 'out.lock');
    await writeFile(path, JSON.stringify({ ...thisProcess(), token: 'another', ...changes }));
  }
  const take = () => withLock(path, { name: 'out' }, async () => 'done');
  /** A pid that nobody has. */
  async function goneProcess(): Promise<number> {
    let pid = 0;
    await runProcess(process.execPath, ['--eval', ''], { started: (child) => (pid = child.pid!) });
    return pid;
  }

  test('is kept where its process runs, and the error says which', async () => {
    await left({});
    const error = await take().catch((held) => held);
    expect(error).toBeInstanceOf(HeldError);
    expect(error.message).toMatch(
      new RegExp(
        `^out: is being written by process ${process.pid} on ${hostname()} since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`,
      ),
    );
    expect(JSON.parse(await readFile(path, 'utf8')).token).toBe('another');
  });

  test.each<[string, () => Promise<Partial<Holder>>]>([
    ['is gone', async () => ({ pid: await goneProcess() })],
    ['is gone, and its pid is of another one now', async () => ({ started: `${thisProcess().started}0` })],
  ])('is taken over where its process %s', async (_, changes) => {
    await left(await changes());
    expect(await take()).toBe('done');
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('of another machine is kept as long as there are signs of life, and taken over after a minute without', async () => {
    await left({ host: 'node12 pid:[1]', pid: 17 });
    await expect(take()).rejects.toThrow(
      /^out: is being written by process 17 on node12 since .*, whose last sign of life was \d+ s ago; if it is gone, try again after 60 s$/,
    );
    const { mtimeMs } = await stat(path);
    await utimes(path, new Date(mtimeMs - 61_000), new Date(mtimeMs - 61_000));
    expect(await take()).toBe('done');
  });

  test.each(['', '{"pid":', 'null', '{"pid": "x"}'])(
    'that was being written when its process was killed (%j) is taken over',
    async (text) => {
      await left({});
      await writeFile(path, text);
      expect(await take()).toBe('done');
    },
  );

  test('is released when the work fails, and when the process exits in the middle of it', async () => {
    await left({ pid: await goneProcess() });
    await expect(withLock(path, { name: 'out' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(join(path, '..'))).toEqual([]);
    await inProcess(`await withLock(${JSON.stringify(path)}, { name: 'out' }, () => process.exit(0));`);
    expect(await readdir(join(path, '..'))).toEqual([]);
  });
});

test('a process knows itself', () => {
  expect(isRunning(thisProcess())).toBe(true);
});

/** Runs a module that has `withLock`, `read` and `write`. */
function inProcess(script: string) {
  const lock = new URL('../src/files/lock.ts', import.meta.url).href;
  const module = `import { withLock } from ${JSON.stringify(lock)};
import { readFile as read, writeFile as write } from 'node:fs/promises';
${script}`;
  const node = ['--conditions=@heartllm/source', '--conditions=heartllm-src', '--import', import.meta.resolve('tsx')];
  return runProcess(process.execPath, [...node, '--input-type=module', '--eval', module]);
}

test('of many processes that find a stale lock one at a time holds it', async () => {
  const place = await mkdtemp(join(folder, 'many-'));
  const [path, count] = [join(place, 'lock'), join(place, 'count')];
  await writeFile(count, '0');
  await writeFile(path, JSON.stringify({ ...thisProcess(), started: 'long ago', token: 'stale' }));
  const script = `for (let i = 0; i < 10; i++) {
    await withLock(${JSON.stringify(path)}, { name: 'x', wait: true }, async () => {
      const before = Number(await read(${JSON.stringify(count)}, 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 2));
      await write(${JSON.stringify(count)}, String(before + 1));
    });
  }`;
  const ended = await Promise.all(Array.from({ length: 4 }, () => inProcess(script)));
  expect(ended.map(({ code, err }) => [code, err])).toEqual(Array(4).fill([0, '']));
  expect(await readFile(count, 'utf8')).toBe('40');
  expect((await readdir(place)).sort()).toEqual(['count']);
});

describe('two writers', () => {
  const small = ['--decoder-channels', '8', '--crop', '160', '--batch-size', '1', '--validate', '0', '--epochs', '50'];

  test('train: the second one says who holds the folder, and goes on when the first one was killed', async () => {
    const out = join(folder, 'trained');
    const argv = ['train', 'tokenizer', '--data', data, '--out', out, ...small, '--every', '2', '--backend', 'wasm'];
    let second: ReturnType<typeof heartllm> | undefined;
    let pid = 0;
    await heartllm(argv, (child) => {
      pid = child.pid!;
      child.stderr!.on('data', (text) => {
        if (second || !/training the tokenizer \d/.test(text)) return;
        second = heartllm([...argv, '--force', '--json']);
        void second.finally(() => child.kill('SIGKILL'));
      });
    });
    const { code, out: json, err } = await second!;
    const message = `${out}: is being written by process ${pid} on ${hostname()} since `;
    expect([code, JSON.parse(json).error]).toEqual([1, { message: expect.stringContaining(message), file: out }]);
    expect(err).toBe(`heartllm: ${JSON.parse(json).error.message}\n`);
    const third = await heartllm([...argv, '--resume', '--force', '--max-steps', '3']);
    expect(third).toMatchObject({ code: 0 });
    expect((await readdir(folder)).filter((name) => /\.(lock|tmp)/.test(name))).toEqual([]);
  });

  test('tokenize with other settings: one of them makes the shards, the other says so', async () => {
    const out = join(folder, 'shards');
    const run = (shards: string) => heartllm(['tokenize', '--data', data, '--out', out, '--shards', shards]);
    const ended = await Promise.all(['3', '4', '3'].map(run));
    const [done, refused] = [0, 1].map((code) => ended.filter((each) => each.code === code));
    expect([1, 2]).toContain(done.length);
    expect(done.length + refused.length).toBe(3);
    for (const { err } of refused) expect(err).toMatch(/another run, shards: expected \d, found \d\n$/);
    const { shards } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
    expect((await readdir(out)).length).toBe(1 + 2 * shards);
  });
});
