import { memorySource } from '@heartllm/ecg-io';
import { encodeSafetensors } from '@heartllm/safetensors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CODE_FORMAT,
  type CodedRecord,
  CodeShards,
  encodeShard,
  type FailedRecord,
  formatShardsManifest,
  type ShardsManifest,
  shardFiles,
  shardRange,
} from '../src/index.ts';

const manifest: ShardsManifest = {
  format: CODE_FORMAT,
  model: 'small',
  weights: 'abc',
  config: '123',
  levels: [2, 3],
  bound: 'sigmoid',
  leads: ['I', 'V1'],
  codesPerSecond: 31.25,
  codesPerRecord: 3,
  dataset: 'ptb-xl',
  prepared: false,
  records: 4,
  shards: 2,
};

const coded = (record: string, codes: number[]): CodedRecord => ({
  record,
  fold: 1,
  codes: Int32Array.from(codes),
  scale: { mean: new Float32Array([0.5, -1]), std: new Float32Array([1, 0.25]) },
});

type Records = (CodedRecord | FailedRecord)[];

/** The files of a folder of shards. */
function folder(shards: Records[], about = manifest): Record<string, Uint8Array | string> {
  const files = shards.map((records, i) => {
    const { index, tensors } = encodeShard(about, records);
    return { [shardFiles(i).index]: index, [shardFiles(i).tensors]: tensors };
  });
  return Object.assign({ 'manifest.json': formatShardsManifest(about) }, ...files);
}

const good: Records[] = [
  [coded('a', [0, 1, 2]), { record: 'b', failed: 'missing' }],
  [coded('c', [3, 4, 5]), coded('d', [5, 0, 5])],
];

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const readAll = async (files: Record<string, Uint8Array | string>) => all(await CodeShards.open(memorySource(files)));

describe('code shards', () => {
  test('what is written is read, record by record', async () => {
    const records = await readAll(folder(good));
    expect(records.map(({ record }) => record)).toEqual(['a', 'c', 'd']);
    expect(records[1]).toEqual(coded('c', [3, 4, 5]));
  });

  test('any records, failures among them, come back as they were', async () => {
    const place = fc.record(
      { record: fc.string({ minLength: 1 }), exam: fc.nat(), fold: fc.nat() },
      { requiredKeys: ['record'] },
    );
    const floats = fc.array(fc.float(), { minLength: 2, maxLength: 2 }).map((values) => Float32Array.from(values));
    const codes = fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }).map((values) => Int32Array.from(values));
    const texts = fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 2 });
    const extras = fc.record({ units: texts, warnings: texts }, { requiredKeys: [] });
    const success = fc
      .tuple(place, fc.record({ codes, scale: fc.record({ mean: floats, std: floats }) }), extras)
      .map((parts) => {
        return Object.assign({}, ...parts) as CodedRecord;
      });
    const failure = fc.tuple(place, fc.record({ failed: fc.string({ minLength: 1 }) })).map((parts) => {
      return Object.assign({}, ...parts) as FailedRecord;
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(success, failure), { minLength: 1, maxLength: 8 }), async (records) => {
        const about = { ...manifest, records: records.length, shards: 1 };
        const shards = await CodeShards.open(memorySource(folder([records], about)));
        const { index, read } = await shards.shard(0);
        const failed = records.filter((record) => 'failed' in record);
        expect(index.filter((line) => 'failed' in line)).toEqual(failed);
        expect(await read()).toEqual(records.filter((record) => 'codes' in record));
      }),
      { numRuns: 50 },
    );
  });

  test('shards together hold every record once, sizes differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 300 }), (records, wanted) => {
        const shards = Math.min(records, wanted);
        const ranges = Array.from({ length: shards }, (_, i) => shardRange({ ...manifest, records, shards }, i));
        expect([ranges[0].from, ranges.at(-1)!.to]).toEqual([0, records]);
        for (const [i, { from }] of ranges.entries()) if (i > 0) expect(from).toBe(ranges[i - 1].to);
        const sizes = ranges.map(({ from, to }) => to - from);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('no flipped bit of a shard or the manifest goes unnoticed', async () => {
    const files = Object.fromEntries(
      Object.entries(folder(good)).map(([name, content]) => [
        name,
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    );
    const expected = await readAll(files);
    const index = async (source: Record<string, Uint8Array>) => {
      const shards = await CodeShards.open(memorySource(source));
      return [shards.manifest, (await shards.shard(0)).index, (await shards.shard(1)).index, await all(shards)];
    };
    const whole = JSON.stringify(await index(files));
    expect(expected).toHaveLength(3);
    for (const [name, bytes] of Object.entries(files)) {
      for (let at = 0; at < bytes.length * 8; at++) {
        const damaged = bytes.slice();
        damaged[at >> 3] ^= 1 << (at & 7);
        const found = await index({ ...files, [name]: damaged }).then(JSON.stringify, () => 'an error');
        // what is left: blanks, and the names of fields that this version ignores
        if (found !== 'an error') expect(found).toBe(whole);
      }
    }
  });

  test('a shard is read when its first record is asked for', async () => {
    const { 'shard-00001.jsonl': _, ...files } = folder(good);
    const records = (await CodeShards.open(memorySource(files)))[Symbol.asyncIterator]();
    expect((await records.next()).value).toMatchObject({ record: 'a' });
    await expect(records.next()).rejects.toThrow('shard-00001.jsonl');
  });

  test('codes of another format are refused by its name, in the manifest and in a shard', async () => {
    const files = folder(good);
    const future = { ...manifest, format: 2 };
    await expect(readAll({ ...files, 'manifest.json': formatShardsManifest(future) })).rejects.toThrow(
      'manifest.json: codes of format 2, this version reads 1',
    );
    const { tensors } = encodeShard(future, good[0]);
    await expect(readAll({ ...files, 'shard-00000.safetensors': tensors })).rejects.toThrow(
      'shard-00000.safetensors, manifest: codes of format 2, this version reads 1',
    );
  });

  test('a shard of other weights is refused, and so is a file that is no shard', async () => {
    const files = folder(good);
    const { tensors } = encodeShard({ ...manifest, weights: 'def' }, good[1]);
    await expect(readAll({ ...files, 'shard-00001.safetensors': tensors })).rejects.toThrow(
      'shard-00001.safetensors: is of another run, weights: expected abc, found def',
    );
    const other = encodeSafetensors({ codes: { shape: [1], data: new Int32Array(1) } });
    await expect(readAll({ ...files, 'shard-00001.safetensors': other })).rejects.toThrow(
      'shard-00001.safetensors: is no shard of codes, it has no manifest',
    );
  });

  test.each<[string, Record<string, string | Uint8Array>, string]>([
    ['no JSON', { 'manifest.json': '{' }, 'expected JSON, found an unfinished file'],
    ['a list', { 'manifest.json': '[]' }, 'manifest.json: expected a JSON object'],
    [
      'levels',
      { 'manifest.json': formatShardsManifest({ ...manifest, levels: [0] }) },
      'manifest.json: levels: expected a list of whole numbers from 1, found [0]',
    ],
    [
      'more shards than records',
      { 'manifest.json': formatShardsManifest({ ...manifest, shards: 5 }) },
      'manifest.json: shards: expected at most one per record, found 5',
    ],
    ['a cut index', { 'shard-00000.jsonl': '{"record":"a","row":0}' }, 'shard-00000.jsonl: is cut off'],
    ['a short index', { 'shard-00000.jsonl': '{"record":"a","row":0}\n' }, 'expected 2 lines, found 1'],
    [
      'a row that is not there',
      { 'shard-00000.jsonl': '{"record":"a","row":0}\n{"record":"b","row":1}\n' },
      'shard-00000.safetensors: codes: expected I32 [2,3], found I32 [1,3]',
    ],
    [
      'rows out of order',
      { 'shard-00000.jsonl': '{"record":"a","row":1}\n{"record":"b","row":0}\n' },
      'shard-00000.jsonl line 1, row: expected 0, found 1',
    ],
    [
      'a code outside the codebook',
      { 'shard-00001.safetensors': encodeShard(manifest, [coded('c', [3, 4, 5]), coded('d', [5, 6, 5])]).tensors },
      'shard-00001.safetensors: codes: row 1, code 1: expected 0 to 5, found 6',
    ],
    [
      'a cut file',
      { 'shard-00001.safetensors': encodeShard(manifest, good[1]).tensors.slice(0, -1) },
      'shard-00001.safetensors: tensors take',
    ],
  ])('%s is one clear line', async (_, change, message) => {
    await expect(readAll({ ...folder(good), ...change })).rejects.toThrow(message);
  });
});
