import { readWeights } from '@heartllm/lead-encoder/config';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { planLead } from '../src/codec/encoder.ts';
import { LeadPool } from '../src/codec/lead-pool.ts';
import { loadKernels } from '../src/codec/load-kernels.ts';
import { type StartThread, webThread } from '../src/codec/thread.ts';
import { lookup } from '../src/codec/weights.ts';
import { EcgTokenizer } from '../src/index.ts';
import { packagedWeights } from '../src/packaged-weights.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

const kernels = await loadKernels('exact');
const { config, weights } = await readWeights(packagedWeights, '');
const plan = planLead(lookup(weights), config, config.samples);
const [{ record, golden }] = await publishedGoldens();

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Takes the lock and says that it started, as the codec's own worker does; then as the script says. */
const scripted =
  (script: string): StartThread =>
  (setup, events) => {
    const source = `onmessage = ({ data }) => {
      if (data.plan) navigator.locks.request(data.lock, () => { postMessage({ started: true }); return new Promise(() => {}); });
      else { ${script} }
    };`;
    return webThread(new Worker(URL.createObjectURL(new Blob([source]))), setup, events);
  };

describe('a web worker that ends', () => {
  test.each([
    ['without an event', 'close();', 'it ended'],
    ['with an error', "throw new Error('out of memory');", 'out of memory'],
  ])('%s rejects what waits for it', async (_, script, why) => {
    const pool = new LeadPool(kernels, plan, 1, scripted(script));
    const leads = [0, 1, 2, 3].map(() => pool.run(new Float32Array(config.samples)));
    for (const result of await Promise.allSettled(leads)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'LeadPoolError' } });
      expect((result as PromiseRejectedResult).reason.message).toContain(why);
    }
    pool.close();
  });
});

describe('where web workers cannot start the page encodes', () => {
  class Missing {
    onerror?: (event: Partial<ErrorEvent>) => void;
    constructor() {
      setTimeout(() => this.onerror?.({ message: '' })); // what a worker whose file is not there does
    }
    postMessage() {}
    terminate() {}
  }
  test.each([
    ['none is there', undefined],
    ['the file is not there', Missing],
  ])('%s', async (_, replacement) => {
    vi.stubGlobal('Worker', replacement);
    const tokenizer = await EcgTokenizer.load();
    const expected = [...tokenizer.encode(record)];
    for await (const result of tokenizer.encodeEach([record, record], { threads: 2 })) {
      expect('codes' in result && [...result.codes]).toEqual(expected);
    }
    expect(expected).toHaveLength(golden.indices.length);
  });

  test('a URL without a worker behind it, as a bundle of esbuild has it', async () => {
    const start: StartThread = (setup, events) =>
      webThread(new Worker('/no-such-folder/worker.js', { type: 'module' }), setup, events);
    const pool = new LeadPool(kernels, plan, 2, start);
    const features = await pool.run(new Float32Array(config.samples));
    expect(features.length).toBe(plan.output.length * plan.output.pitch);
    pool.close();
  });
});
