import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGES_PICTURE, packagesPicture } from '../docs/architecture.ts';
import { type Arrow, forbidden, imports, stated } from '../docs/graph.ts';
import { filesPassed, headsOf, walk, withFilesPassed } from '../docs/walk.ts';
import { ROOT } from '../release/packages.ts';

test('packages import each other only along the arrows of the design, and what their package.json states', () => {
  expect(forbidden(imports(), stated())).toEqual([]);
});

test('a forbidden arrow, tensors where there are none, and an unstated import are found', () => {
  const arrow = (from: string, to: string, file: string): Arrow => ({ from, to, file, specifier: to });
  const wrong = [
    arrow('@heartllm/ecg-io', '@heartllm/backend', 'packages/ecg-io/src/a.ts'),
    arrow('@heartllm/ecg-io', '@tensorflow/tfjs-core', 'packages/ecg-io/src/b.ts'),
    arrow('@heartllm/backend', 'lodash', 'packages/backend/src/c.ts'),
  ];
  expect(forbidden(wrong, [])).toEqual([
    'packages/ecg-io/src/a.ts: @heartllm/ecg-io may not import @heartllm/backend',
    'packages/ecg-io/src/b.ts: imports @tensorflow/tfjs-core, but has to do without tensors',
    'packages/backend/src/c.ts: imports lodash, which is not in its package.json',
  ]);
});

test('the graph in docs/packages.svg is that of the code (else: npm run docs:generate)', async () => {
  expect(readFileSync(PACKAGES_PICTURE, 'utf8')).toBe(await packagesPicture());
});

describe('the walk of `heartllm ask` in docs/architecture.md', () => {
  const guide = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const passed = walk();

  test('has at most eight heads, and all of them are called', () => {
    const heads = headsOf(guide);
    expect(heads).toHaveLength(8);
    for (const { symbol, file } of heads) {
      expect(Object.keys(passed.command[file] ?? {}), file).toContain(symbol.split('.').at(-1));
    }
  });

  test('names the files that the code passes (else: npm run docs:generate); from bytes to answer they do not get more', () => {
    expect(withFilesPassed(guide, filesPassed(passed))).toBe(guide);
    expect(Object.keys(passed.record).length).toBeLessThanOrEqual(60);
  });

  test('a record is prepared, z-scored and encoded once', () => {
    const { 'fsq-tokenizer/src/recording.ts': recording, 'fsq-tokenizer/src/z-score.ts': scaled } = passed.record;
    expect(recording).toMatchObject({ prepareSignal: 1, findLeads: 1 });
    expect(scaled).toMatchObject({ normalizeSignal: 1, zScore: 1 });
    expect(passed.record['fsq-tokenizer/src/codec/window-encoder.ts']).toMatchObject({ encode: 1 });
    expect(Object.keys(passed.record)).not.toContain('ecg-io/src/prepare/resample.ts');
  });
});
