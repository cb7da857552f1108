import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PACKAGES_PICTURE, packagesPicture } from '../docs/architecture.ts';
import { type Arrow, forbidden, imports, stated } from '../docs/graph.ts';

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
