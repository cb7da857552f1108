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

const codesOf = (results: EncodedEach[]) =>
  results.map((result) => ('codes' in result ? [...result.codes] : result.error.message));

describe('encodeEach', () => {
  const many = [...records, ...records, ...records];
  const expected = many.map((record) => [...tokenizer.encode(record)]);

  test.each([1, 2, 4])('%i threads give the codes of encode, in the order of the recordings', async (threads) => {
    const results = await all(tokenizer.encodeEach(many, { threads }));
    expect(results.map(({ index }) => index)).toEqual(many.map((_, i) => i));
    expect(codesOf(results)).toEqual(expected);
    const scales = results.map((result) => 'scale' in result && result.scale);
    expect(scales).toEqual(many.map((record) => tokenizer.encodeWithScale(record).scale));
    const points = results.map((result) => 'points' in result && result.points);
    expect(points).toEqual(many.map((record) => tokenizer.encodePoints(record)));
  });

  test('a recording that does not fit is reported and stops no other', async () => {
    const half = { ...records[0], fs: 250 };
    const results = await all(tokenizer.encodeEach([records[0], half, records[1]]));
    expect(codesOf(results)).toEqual([
      expected[0],
      `${records[0].name}: sampling rate: expected 500 Hz, found 250 Hz`,
      expected[1],
    ]);
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
