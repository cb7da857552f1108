import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import threads, { Worker } from 'node:worker_threads';
import { readWeights } from '@heartllm/lead-encoder/config';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { planLead } from '../src/codec/encoder.ts';
import { LeadPool } from '../src/codec/lead-pool.ts';
import { loadKernels } from '../src/codec/load-kernels.ts';
import { Machine } from '../src/codec/machine.ts';
import { nodeThread, type StartThread } from '../src/codec/thread.ts';
import { lookup } from '../src/codec/weights.ts';
import { EcgTokenizer } from '../src/index.ts';
import { packagedWeights } from '../src/packaged-weights.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

const kernels = await loadKernels('exact');
const { config, weights } = await readWeights(packagedWeights, '');
const plan = planLead(lookup(weights), config, config.samples);
const samples = (i: number) => Float32Array.from({ length: config.samples }, (_, t) => Math.sin(t / (9 + i)));
const expected = [0, 1, 2, 3, 4].map((i) => new Machine(kernels, plan).run([samples(i)]).slice());

/** A worker that says that it started and then does as the script says. */
const scripted =
  (script: string): StartThread =>
  (setup, events) =>
    nodeThread(
      new Worker(
        `const port = require('node:worker_threads').parentPort; port.on('message', (message) => { ${script} });`,
        {
          eval: true,
        },
      ),
      setup,
      events,
    );
const STARTED = `if (message.plan) port.postMessage({ started: true });`;

describe('a worker that ends without an error event rejects what waits for it', () => {
  test.each([
    ['that exits when it gets work', `${STARTED} else process.exit(0);`, 'it ended with exit code 0'],
    ['that exits with a code', `${STARTED} else process.exit(3);`, 'it ended with exit code 3'],
    ['that throws', `${STARTED} else throw new Error('out of memory');`, 'out of memory'],
    ['that closes its port', `${STARTED} else port.close();`, 'it ended with exit code 0'],
  ])('one %s', async (_, script, why) => {
    const pool = new LeadPool(kernels, plan, 2, scripted(script));
    const results = await Promise.allSettled([0, 1, 2, 3, 4, 5, 6, 7].map((i) => pool.run(samples(i))));
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { name: 'LeadPoolError', message: `a worker of the codec failed: ${why}` },
      });
    }
    await expect(pool.run(samples(0))).rejects.toThrow(why); // nor is anything taken later
    pool.close();
  });

  test('and encodeEach throws it, as it is no fault of a recording', async () => {
    const { Worker } = threads;
    const [{ record }] = await publishedGoldens();
    const tokenizer = await EcgTokenizer.load();
    const seen: number[] = [];
    const begun: Worker[] = [];
    threads.Worker = class extends Worker {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        begun.push(this);
      }
    };
    try {
      const run = async () => {
        for await (const { index } of tokenizer.encodeEach(Array(50).fill(record), { threads: 1 })) {
          seen.push(index);
          if (index === 2) await begun[0].terminate();
        }
      };
      await expect(run()).rejects.toThrow('a worker of the codec failed: it ended with exit code 1');
    } finally {
      threads.Worker = Worker;
    }
    expect(seen.slice(0, 3)).toEqual([0, 1, 2]);
    expect(seen.length).toBeLessThan(50);
  });
});

describe('where workers cannot start the work goes on in this thread, to the same bits', () => {
  test.each<[string, StartThread]>([
    [
      'none can be made',
      () => {
        throw new ReferenceError('Worker is not defined');
      },
    ],
    ['the file is not there', (setup, events) => nodeThread(new Worker('./no-such-worker.js'), setup, events)],
    ['it ends at once', scripted('process.exit(0)')],
    ['it throws at once', scripted("throw new Error('no WebAssembly here')")],
  ])('%s', async (_, start) => {
    const pool = new LeadPool(kernels, plan, 3, start);
    expect(await Promise.all([0, 1, 2].map((i) => pool.run(samples(i))))).toEqual(expected.slice(0, 3));
    expect(await pool.run(samples(3))).toEqual(expected[3]);
    pool.close();
  });

  test('a bundle that leaves the worker behind, as esbuild makes it, gives the codes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fsq-bundle-'));
    const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    try {
      await mkdir(join(folder, 'dist', 'deep'), { recursive: true });
      for (const shipped of ['generated', 'weights'])
        await cp(local(`../${shipped}`), join(folder, shipped), { recursive: true });
      await cp(join(folder, 'weights'), join(folder, 'dist', 'weights'), { recursive: true });
      await build({
        entryPoints: [local('../src/index.ts')],
        conditions: ['heartllm-src'],
        outfile: join(folder, 'dist', 'deep', 'bundle.js'),
        platform: 'neutral',
        mainFields: ['module', 'main'],
        bundle: true,
        logLevel: 'silent',
      });
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(
        join(folder, 'encode.js'),
        `import { EcgTokenizer } from './dist/deep/bundle.js';
        const tokenizer = await EcgTokenizer.load();
        const ecg = Array.from({ length: 12 }, (_, l) => Float32Array.from({ length: 5000 }, (_, t) => Math.sin(t / (20 + l))));
        for await (const { codes } of tokenizer.encodeEach([ecg, ecg])) console.log(codes.join() === tokenizer.encode(ecg).join());`,
      );
      const { stdout } = await promisify(execFile)(process.execPath, ['encode.js'], { cwd: folder });
      expect(stdout).toBe('true\ntrue\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('no more workers are started than the machine runs at once, whatever is asked for', async () => {
  const { Worker } = threads;
  const [{ record, golden }] = await publishedGoldens();
  let begun = 0;
  threads.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      begun++;
    }
  };
  try {
    const tokenizer = await EcgTokenizer.load();
    for await (const result of tokenizer.encodeEach([record], { threads: 1_000_000 })) {
      expect('codes' in result && [...result.codes]).toHaveLength(golden.indices.length);
    }
  } finally {
    threads.Worker = Worker;
  }
  expect(begun).toBe(availableParallelism());
});
