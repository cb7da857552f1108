/**
 * Encoding ECGs, beside PyTorch on the same network in the same run, and beside what the processor's vectors can do.
 *
 *   npm run bench -w @heartllm/fsq-tokenizer        (the peer: any python3 that can import torch)
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { EcgTokenizer, type KernelBuild } from '@heartllm/fsq-tokenizer';

setFlagsFromString('--experimental-wasm-relaxed-simd'); // on by default from Node 22

/** Multiply-adds per ECG of the published encoder, counted twice. */
const FLOP = 2 * 413e6;
const BATCH = 8;
const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const batch = Array.from({ length: BATCH }, (_, ecg) =>
  Array.from({ length: 12 }, (_, lead) =>
    Float32Array.from({ length: 5000 }, (_, t) => Math.sin(t / (20 + lead)) + Math.sin(t * (0.7 + ecg / 10))),
  ),
);

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1];
}

/** Milliseconds per ECG, in batches: all on this thread, or on workers. */
async function time(tokenizer: EcgTokenizer, threads: number): Promise<number> {
  if (threads === 1) {
    const times = Array.from({ length: 9 }, () => {
      const start = performance.now();
      for (const ecg of batch) tokenizer.encode(ecg);
      return (performance.now() - start) / BATCH;
    });
    return median(times.slice(2));
  }
  // workers start once: what counts is the time from batch to batch
  const marks: number[] = [];
  for await (const { index } of tokenizer.encodeEach(Array(9).fill(batch).flat(), { threads })) {
    if (index % BATCH === BATCH - 1) marks.push(performance.now());
  }
  return median(marks.slice(3).map((mark, i) => (mark - marks[i + 2]) / BATCH));
}

/** GFLOP/s of a loop that only computes. */
async function peak(build: KernelBuild): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'peak-'));
  const out = join(folder, 'peak.wasm');
  const flags = ['--runtime', 'stub', '-O3', '--enable', build === 'exact' ? 'simd' : 'relaxed-simd', '-o', out];
  const { status, stderr } = spawnSync('npx', ['asc', local('./peak.as.ts'), ...flags], { cwd: local('..') });
  if (status !== 0) throw new Error(stderr.toString());
  const { instance } = await WebAssembly.instantiate(readFileSync(out));
  rmSync(folder, { recursive: true });
  const run = instance.exports.peak as (steps: number) => number;
  const steps = 100_000;
  const times = Array.from({ length: 60 }, () => {
    const start = performance.now();
    run(steps);
    return performance.now() - start;
  });
  return (12 * 4 * 2 * steps) / Math.min(...times) / 1e6;
}

/** PyTorch's milliseconds per ECG, or why there are none. */
function pytorch(threads: number): number | string {
  const { status, stdout, stderr, error } = spawnSync('python3', [local('./pytorch.py'), String(threads)]);
  if (error) return error.message;
  if (status !== 0) return stderr.toString().trim().split('\n').at(-1) ?? `exit ${status}`;
  return Number(stdout.toString());
}

const start = performance.now();
await EcgTokenizer.load().then((tokenizer) => tokenizer.encode(batch[0]));
const first = performance.now() - start;

const rows: Record<string, string | number>[] = [];
for (const threads of [1, 2]) {
  const theirs = pytorch(threads);
  for (const kernels of ['exact', 'relaxed'] as const) {
    try {
      const tokenizer = await EcgTokenizer.load(undefined, undefined, { kernels });
      const ms = await time(tokenizer, threads);
      const share = FLOP / ms / 1e6 / threads / (await peak(kernels));
      rows.push({
        kernels,
        threads,
        'ms per ECG': Number(ms.toFixed(1)),
        'share of SIMD peak': `${Math.round(100 * share)} %`,
        'PyTorch ms': typeof theirs === 'string' ? '-' : theirs,
        'times as fast': typeof theirs === 'string' ? '-' : Number((theirs / ms).toFixed(2)),
      });
    } catch (error) {
      console.log(`${kernels}, ${threads}: ${(error as Error).message}`);
    }
  }
  if (typeof theirs === 'string') console.log(`no ratios: python3 has no torch to compare with (${theirs})`);
}
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else console.table(rows);
console.log(
  `first ECG ${first.toFixed(0)} ms after loading began; peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
