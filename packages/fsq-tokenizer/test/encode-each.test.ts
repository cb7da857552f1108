import { describe, expect, test } from 'vitest';
import { EcgTokenizer, type EncodedEach } from '../src/index.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

const tokenizer = await EcgTokenizer.load();
const records = (await publishedGoldens()).map(({ record }) => record);

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const result of results) list.push(result);
  return list;
}

const codesOf = (results: EncodedEach<unknown>[]) =>
  results.map((result) => ('codes' in result ? [...result.codes] : result.error.message));

describe('encodeEach', () => {
  const many = [...records, ...records, ...records];
  const expected = many.map((record) => [...tokenizer.encode(record)]);

  test.each([1, 2, 4])(
    '%i threads give what tokenize gives, each beside its recording, in their order',
    async (threads) => {
      const results = await all(tokenizer.encodeEach(many, { threads }));
      expect(results).toEqual(many.map((item, index) => ({ item, index, ...tokenizer.tokenize(item) })));
      expect(codesOf(results)).toEqual(expected);
      for (const [i, { item }] of results.entries()) expect(item).toBe(many[i]);
    },
  );

  test('a recording that does not fit is reported and stops no other', async () => {
    const half = { ...records[0], fs: 250 };
    const results = await all(tokenizer.encodeEach([records[0], half, records[1]]));
    expect(codesOf(results)).toEqual([
      expected[0],
      `${records[0].name}: sampling rate: expected 500 Hz, found 250 Hz`,
      expected[1],
    ]);
    expect(results[1].item).toBe(half);
  });

  test('items of any kind are read one after the other and come back; one that cannot be read stops no other', async () => {
    let reading = 0;
    const read = async (place: number) => {
      expect(++reading).toBe(1);
      await new Promise((resolve) => setTimeout(resolve));
      reading--;
      if (place === 2) throw new Error('damaged');
      return records[place % 2];
    };
    const results = await all(tokenizer.encodeEach([0, 1, 2, 3], { read, threads: 2 }));
    expect(results.map(({ item }) => item)).toEqual([0, 1, 2, 3]);
    expect(codesOf(results)).toEqual([expected[0], expected[1], 'damaged', expected[1]]);
  });

  test('recordings are taken a few ahead, and no more once nobody asks', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken++;
        yield records[0];
      }
    }
    let seen = 0;
    for await (const _ of tokenizer.encodeEach(endless(), { threads: 1 })) if (++seen === 3) break;
    expect(taken).toBeLessThanOrEqual(6);
  });

  test('nothing in, nothing out; a senseless number of threads is refused', async () => {
    expect(await all(tokenizer.encodeEach([]))).toEqual([]);
    await expect(all(tokenizer.encodeEach(records, { threads: 0 }))).rejects.toThrow(
      'threads: expected an integer of 1 or more, found 0',
    );
  });

  test('what the recordings’ source throws comes out', async () => {
    async function* broken() {
      yield records[0];
      throw new Error('disk gone');
    }
    await expect(all(tokenizer.encodeEach(broken(), { threads: 1 }))).rejects.toThrow('disk gone');
  });
});
