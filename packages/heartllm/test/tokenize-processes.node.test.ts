import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderOf } from './helpers/folder-of.ts';
import { NODE, runProcess } from './helpers/process.ts';
import { writeManyPtbxl } from './helpers/ptbxl-folder.ts';
import { cli } from './helpers/run-cli.ts';

const example = (name: string) => fileURLToPath(new URL(`../../../examples/shards/${name}`, import.meta.url));

/** The examples leave it at a shard per 256 records. */
const SHARDS = ['--shards', '12'];

let folder: string;
let data: string;
let single: Record<string, Buffer>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  data = await writeManyPtbxl(join(folder, 'data'), 48);
  const out = join(folder, 'single');
  expect(await cli('tokenize', '--ptbxl', data, '--out', out, ...SHARDS)).toMatchObject({ code: 0 });
  single = await folderOf(out);
});
afterAll(() => rm(folder, { recursive: true }));

/** What is needed of the Job's manifest, which is written plainly. */
function readJob(yaml: string) {
  const one = (pattern: RegExp) => pattern.exec(yaml)?.[1] ?? expect.unreachable(`no ${pattern} in the manifest`);
  const list = (name: string) =>
    one(new RegExp(`^ +${name}: \\[(.*)\\]$`, 'm'))
      .split(', ')
      .map(unquoted);
  const env = [...yaml.matchAll(/^ +- name: ([A-Z_]+).*\n +value: (.*)$/gm)].map(([, name, value]) => [
    name,
    unquoted(value),
  ]);
  return {
    mode: one(/^ +completionMode: (\w+)/m),
    completions: Number(one(/^ +completions: (\d+)$/m)),
    command: [...list('command'), ...list('args')],
    env: Object.fromEntries(env) as Record<string, string>,
  };
}

const unquoted = (text: string) => text.replace(/^"(.*)"$/, '$1');

describe('the example for Kubernetes', () => {
  test('as several processes, one of them killed with -9 on the way, gives the bytes of a single process', async () => {
    const { mode, completions, command, env } = readJob(await readFile(example('kubernetes-job.yaml'), 'utf8'));
    expect([mode, completions]).toEqual(['Indexed', 4]);
    expect(command.slice(0, 3)).toEqual(['npx', '--yes', 'heartllm']);
    const out = join(folder, 'kubernetes');
    const argv = command.slice(3).map((word) => ({ '/data/ptb-xl': data, '/shards/ptb-xl': out })[word] ?? word);
    const pod = (index: number, started?: (child: ChildProcess) => void) => {
      const environment = { ...env, JOB_COMPLETION_INDEX: String(index) }; // which Kubernetes sets
      return runProcess(process.execPath, [...NODE, ...argv, ...SHARDS], { env: environment, started });
    };

    const [first, killed, ...others] = await Promise.all([
      pod(0),
      pod(1, (child) => void killAfter(child, join(out, 'shard-00001.safetensors'))),
      pod(2),
      pod(3),
    ]);
    expect(killed.code).toBe(-1);
    expect([first, ...others].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(existsSync(join(out, 'shard-00009.safetensors'))).toBe(false); // its last one
    const again = await pod(1); // as the Job does
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/[12] shards made, [12] kept, of 12/) });
    expect(await folderOf(out)).toEqual(single);
  });
});

/** kill -9 as soon as a file is there. */
async function killAfter(child: ChildProcess, file: string): Promise<void> {
  while (!existsSync(file) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill('SIGKILL');
}

describe('the example for Slurm', () => {
  test('as the tasks of its array gives the bytes of a single process', async () => {
    const script = example('slurm-array.sh');
    const [, first, last] = /^#SBATCH --array=(\d+)-(\d+)$/m.exec(await readFile(script, 'utf8'))!.map(Number);
    // npx, without a registry: this very command line
    const bin = join(folder, 'bin');
    await mkdir(bin);
    const node = [process.execPath, ...NODE].map((word) => `'${word}'`).join(' ');
    const npx = `#!/bin/sh\nwhile [ "$1" != heartllm ]; do shift; done\nshift\nexec ${node} "$@" ${SHARDS.join(' ')}\n`;
    await writeFile(join(bin, 'npx'), npx, { mode: 0o755 });

    const out = join(folder, 'slurm');
    const tasks = Array.from({ length: last - first + 1 }, (_, i) => {
      const env = {
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        PTBXL: data,
        SHARDS: out,
        SLURM_CPUS_PER_TASK: '1',
        SLURM_ARRAY_TASK_ID: String(first + i),
        SLURM_ARRAY_TASK_COUNT: String(last - first + 1),
        SLURM_ARRAY_TASK_MIN: String(first),
        SLURM_ARRAY_TASK_MAX: String(last),
        SLURM_ARRAY_TASK_STEP: '1',
      };
      return runProcess('bash', [script], { env });
    });
    for (const { code, err } of await Promise.all(tasks)) expect([code, err]).toEqual([0, expect.any(String)]);
    expect(await folderOf(out)).toEqual(single);
  });
});
