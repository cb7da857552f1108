import { readWeights } from '@heartllm/lead-encoder/config';
import { describe, expect, test } from 'vitest';
import { planLead, planPoints } from '../src/codec/encoder.ts';
import { loadKernels } from '../src/codec/load-kernels.ts';
import { Machine } from '../src/codec/machine.ts';
import { lookup } from '../src/codec/weights.ts';
import { EcgTokenizer, zScore } from '../src/index.ts';
import { packagedWeights } from '../src/packaged-weights.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

const records = (await publishedGoldens()).map(({ record }) => record);

async function sha256(values: ArrayBufferView<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', values);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('to the last bit', () => {
  test('the points before the quantizer are the same on every machine, in Node and in every browser', async () => {
    const { config, weights } = await readWeights(packagedWeights, '');
    const kernels = await loadKernels('exact');
    const lead = new Machine(kernels, planLead(lookup(weights), config, config.samples));
    const points = new Machine(kernels, planPoints(lookup(weights), config, 313));
    const hashes = [];
    for (const { signal } of records) {
      const features = zScore(signal).z.map((z) => lead.run([z]).slice());
      hashes.push(await sha256(points.run(features).slice()));
    }
    expect(hashes).toEqual([
      '2534ec206f78a481b4e0502cb6ca0f3bad7a3339bcdc1d370e4845ebfea0ee41',
      '759dfee8fb8f4e8d1d2291dca23ea9c928abaa55f292f870cfd34171fb97aa70',
    ]);
  });

  test('and so are the codes', async () => {
    const tokenizer = await EcgTokenizer.load();
    const codes = records.map((record) => tokenizer.encode(record));
    expect(await Promise.all(codes.map((c) => sha256(c as Int32Array<ArrayBuffer>)))).toEqual([
      '8d85fdf9a247a0738386eee591044d53bc87094e21aca1e92c861cb281626c6c',
      '380e97581e53e23852a47636023d089b0ccfd8d138b172922c946aab66741bd3',
    ]);
  });
});

/** (module (func (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 f32x4.relaxed_madd)) */
const relaxedProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2,
  253, 133, 2, 11,
]);

test('the relaxed kernels give the same codes but for a few, and are refused where the engine does not have them', async () => {
  const loading = EcgTokenizer.load(undefined, undefined, { kernels: 'relaxed' });
  if (!WebAssembly.validate(relaxedProbe)) {
    await expect(loading).rejects.toThrow("kernels: 'relaxed' needs relaxed SIMD, which this engine lacks");
    return;
  }
  const [relaxed, exact] = [await loading, await EcgTokenizer.load()];
  for (const record of records) {
    const codes = exact.encode(record);
    expect(relaxed.encode(record).filter((code, i) => code !== codes[i]).length).toBeLessThan(4);
  }
});
