/**
 * Reading WFDB files from disk, beside wfdb-python on the same files in the same run.
 *
 *   npm run bench -w @heartllm/ecg-io            (the peer: any python3 that can import wfdb)
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAnnotations, readRecord, writeRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';

interface Work {
  what: string;
  folder: string;
  /** Records that take turns. */
  names: string[];
  /** Of an annotation file; without it the record is read to physical units. */
  extension?: string;
}

const SECONDS = 2;
const fixtures = fileURLToPath(new URL('../test/fixtures', import.meta.url));
const made = mkdtempSync(join(tmpdir(), 'ecg-io-bench-'));

/** 30 minutes of two leads at 360 Hz in format 212, the size of a record of the MIT-BIH database. */
async function makeLongRecord(): Promise<Work> {
  const samples = 650_000;
  const lead = (phase: number) =>
    Int32Array.from({ length: samples }, (_, t) => Math.round(300 * Math.sin(t / 40 + phase) + 40 * Math.sin(t * 1.7)));
  await writeRecord(
    made,
    {
      name: 'long',
      fs: 360,
      leads: ['MLII', 'V1'],
      units: ['mV', 'mV'],
      digital: [lead(0), lead(1)],
      samples,
      meta: { gains: [200, 200], baselines: [0, 0] },
    },
    { format: 212 },
  );
  return { what: '30 minutes, 2 leads, format 212', folder: made, names: ['long'] };
}

/** 2,000 records in the folders of a data set, each with files of its own. */
function makeDataset(): Work {
  const header = readFileSync(join(fixtures, 'ptbxl/00001_hr.hea'), 'utf8');
  const names = Array.from({ length: 2000 }, (_, i) => {
    const folder = `records500/${String(i - (i % 1000)).padStart(5, '0')}`;
    const name = `${String(i).padStart(5, '0')}_hr`;
    mkdirSync(join(made, folder), { recursive: true });
    writeFileSync(join(made, folder, `${name}.hea`), header.replaceAll('00001_hr', name));
    copyFileSync(join(fixtures, 'ptbxl/00001_hr.dat'), join(made, folder, `${name}.dat`));
    return `${folder}/${name}`;
  });
  return { what: 'the same, 2,000 records in turn', folder: made, names };
}

/** Median of the milliseconds that one reading takes. */
async function time({ folder, names, extension }: Work): Promise<number> {
  const source = folderSource(folder);
  const read = (name: string) => (extension ? readAnnotations(source, name, extension) : readRecord(source, name));
  const times: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  for (let i = 0; times.length < 5 || performance.now() < end; i++) {
    const start = performance.now();
    await read(names[i % names.length]);
    if (i >= 5) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1];
}

/** wfdb-python's milliseconds for the same work, or why there are none. */
function peer(works: Work[]): number[] | string {
  const script = fileURLToPath(new URL('./wfdb-python.py', import.meta.url));
  const { status, stdout, stderr, error } = spawnSync('python3', [script], { input: JSON.stringify(works) });
  if (error) return error.message;
  if (status !== 0) return stderr.toString().trim().split('\n').at(-1) ?? `exit ${status}`;
  return JSON.parse(stdout.toString()) as number[];
}

const works: Work[] = [
  { what: 'PTB-XL, 12 leads, 10 s at 500 Hz, format 16', folder: join(fixtures, 'ptbxl'), names: ['00001_hr'] },
  makeDataset(),
  { what: 'LUDB, 12 leads, 10 s at 500 Hz, format 16', folder: join(fixtures, 'ludb'), names: ['1'] },
  await makeLongRecord(),
  { what: 'annotations, 100.atr', folder: join(fixtures, 'annotations'), names: ['100'], extension: 'atr' },
];
const ours: number[] = [];
for (const work of works) ours.push(await time(work));
const theirs = peer(works);
rmSync(made, { recursive: true });

const rows = works.map(({ what }, i) => ({
  what,
  ms: Number(ours[i].toFixed(3)),
  ...(typeof theirs === 'string'
    ? {}
    : { 'wfdb-python ms': theirs[i], 'times as fast': Number((theirs[i] / ours[i]).toFixed(1)) }),
}));
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else console.table(rows);
if (typeof theirs === 'string') console.log(`no ratios: python3 has no wfdb to compare with (${theirs})`);
