import { expectAllClose, testFiles } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import { expect, test } from 'vitest';
import { codeUsage, EcgTokenizer, fidelity } from '../src/index.ts';
import { loadTfTokenizer } from '../src/tf.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

const records = (await publishedGoldens()).map(({ record }) => record);
const weights = testFiles(import.meta.url, '../weights/');

test('without a source, load() takes the encoder that comes with the package', async () => {
  const tokenizer = await EcgTokenizer.load();
  expect(tokenizer.config).toMatchObject({ sampling_rate: 500, samples: 5000, levels: [6, 6, 6, 6], decoder: null });
  expect(await weights.size('model.safetensors')).toBeLessThan(200_000);
  const given = await EcgTokenizer.load(weights, '');
  for (const record of records) expect(tokenizer.encode(record)).toEqual(given.encode(record));
});

test('the decoder of @heartllm/nano is that of these weights', async () => {
  const nano = await EcgTokenizer.load(testFiles(import.meta.url, '../../nano/model/'));
  const packaged = await EcgTokenizer.load();
  for (const record of records) {
    const { codes, scale, prepared } = packaged.tokenize(record);
    expect(nano.encode(record)).toEqual(codes);
    for (const { mse } of fidelity(prepared.signal, nano.decode(codes, scale), 500).leads) expect(mse).toBeLessThan(1);
  }
});

test('it has learned to use its codebook, and tells records apart', async () => {
  const tokenizer = await EcgTokenizer.load();
  const [a, b] = records.map((record) => tokenizer.encode(record));
  expect(codeUsage(a).used).toBeGreaterThan(40);
  expect(codeUsage(b).used).toBeGreaterThan(40);
  expect(a).not.toEqual(b);
});

await eachBackend(['wasm'], () => {
  test('wasm gives its codes', async () => {
    const plain = await EcgTokenizer.load();
    const tokenizer = await loadTfTokenizer(weights, '');
    const [a, b] = await tokenizer.encodeBatch(records);
    expectAllClose(
      [...a, ...b],
      records.flatMap((record) => [...plain.encode(record)]),
      0,
    );
    tokenizer.dispose();
  });
});
