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
      'ecb2f4def4044be48b701900293aee58af52d7f5db1dfdc96ce0437d043890c3',
      '978987a333c17734d9ab13081af46fc08c2ba80121a950623a91ebf904db8acd',
    ]);
  });

  test('and so are the codes', async () => {
    const tokenizer = await EcgTokenizer.load();
    const codes = records.map((record) => tokenizer.encode(record));
    expect(await Promise.all(codes.map((c) => sha256(c as Int32Array<ArrayBuffer>)))).toEqual([
      '828528254df5fd8a1da40ae8951fed3f19a675a2978d3bec288b0a3b01b792f4',
      'eeb74a14507748329506f21c915e82b73fa13300674c28405b8c7b2e167fe35b',
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
