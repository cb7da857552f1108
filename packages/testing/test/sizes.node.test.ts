import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../release/packages.ts';
import { entrySizes, statedSizes } from '../release/sizes.ts';

test('docs/sizes.md states the size of every entry point, to a tenth or 1 kB (else: npm run docs:generate)', async () => {
  const stated = statedSizes(readFileSync(join(ROOT, 'docs/sizes.md'), 'utf8'));
  const sizes = await entrySizes();
  expect([...stated.keys()]).toEqual(sizes.map(({ entry }) => entry));
  const changed = sizes.filter(({ entry, gzip }) => {
    const before = stated.get(entry)!;
    return Math.abs(gzip - before) > Math.max(1000, before / 10);
  });
  expect(changed.map(({ entry, gzip }) => `${entry}: ${gzip} bytes, stated ${stated.get(entry)}`)).toEqual([]);
});
