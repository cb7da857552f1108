import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRecord } from '@heartllm/ecg-io';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEcg } from '../src/commands/read-ecg.ts';
import { HeartLlm } from '../src/index.ts';
import { cli } from './helpers/run-cli.ts';
import { LEADS } from './helpers/wfdb.ts';

let folder: string;
let alone: number[];
const digital = LEADS.map((_, lead) =>
  Int32Array.from({ length: 5000 }, (_, t) => Math.round(300 * Math.sin((t * (lead + 1)) / 50))),
);

/** Writes a record of the twelve leads and others, and returns what `tokenize --json` or `plot` says of it. */
async function write(name: string, fs: number, others: Record<string, { samples: Int32Array; unit?: string }>) {
  const added = Object.entries(others);
  const leads = [...LEADS, ...added.map(([lead]) => lead.trim())];
  const units = [...LEADS.map(() => 'mV'), ...added.map(([, { unit = 'mV' }]) => unit)];
  const samples = [...digital, ...added.map(([, other]) => other.samples)];
  const frames = Math.round((5000 * fs) / 500);
  const meta = { gains: leads.map(() => 1000) };
  await writeRecord(folder, { name, fs, leads, units, digital: samples, samples: frames, meta });
  return join(folder, name);
}

async function codesOf(record: string, ...options: string[]): Promise<number[]> {
  const { code, out, err } = await cli('tokenize', record, '--json', ...options);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out).records[0].codes;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-leads-'));
  alone = await codesOf(await write('alone', 500, {}));
});

afterAll(() => rm(folder, { recursive: true }));

describe('leads that nobody asked for decide neither rate, unit nor failure', () => {
  test.each([1, 62.5, 125])(
    'beside a breath of %d samples per second the codes are those of the leads alone',
    async (fs) => {
      const record = await write('slow', fs, { RESP: { samples: new Int32Array(10 * fs), unit: 'Ohm' } });
      expect(await codesOf(record)).toEqual(alone);
      expect(await codesOf(record, '--prepare')).toEqual(alone);
      const { ecg } = await readEcg(record, await HeartLlm.load(), {});
      expect([ecg.fs, ecg.samples, ecg.leads.length]).toEqual([500, 5000, 12]);
      const svg = join(folder, 'x.svg');
      expect(await cli('plot', record, '--out', svg)).toMatchObject({ code: 0, err: '' });
    },
  );

  test('nor do those of a file that is not there, as of PTB without its .xyz files', async () => {
    const record = await write('part', 500, {});
    const header = `${record}.hea`;
    const lines = (await readFile(header, 'utf8')).replace('part 12 ', 'part 15 ');
    const frank = ['vx', 'vy', 'vz'].map((lead) => `part.xyz 16 2000/mV 16 0 0 0 0 ${lead}\n`);
    await writeFile(header, lines + frank.join(''));
    expect(await codesOf(record)).toEqual(alone);
    expect((await cli('info', record)).err).toContain('part.hea line 14: part.xyz: no such file');
    const shards = await cli('tokenize', '--data', folder, '--out', join(folder, 'shards'), '--json');
    expect(JSON.parse(shards.out)).toMatchObject({ failed: 0, missing: 0 });
  });

  test('nor does a faster one', async () => {
    const record = await write('fast', 500, { sound: { samples: new Int32Array(40_000) } });
    expect(await codesOf(record)).toEqual(alone);
  });
});

test('a lead that is there twice is refused, with --prepare and without; another one is no matter', async () => {
  const samples = Int32Array.from(digital[1]).fill(7);
  const twice = await write('twice', 500, { II: { samples } });
  for (const options of [[], ['--prepare']]) {
    const { code, err } = await cli('tokenize', twice, ...options);
    expect(code).toBe(1);
    expect(err).toMatch(/^heartllm: twice: lead II is there 2 times/);
  }
  const record = await write('other', 500, { X: { samples }, 'X ': { samples } });
  expect(await codesOf(record)).toEqual(alone);
});
