import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readmePrograms, says, wrongComments, wrongIn } from '../docs/readme-programs.ts';
import { packages, ROOT } from '../release/packages.ts';

const readmes = [
  'README.md',
  ...packages()
    .filter(({ manifest }) => manifest.exports?.['.'])
    .map(({ folder }) => `${folder}/README.md`),
];

test.each(readmes)('%s: its programs print what the comments beside them say', { timeout: 300_000 }, async (file) => {
  expect(readmePrograms(readFileSync(join(ROOT, file), 'utf8')).length).toBeGreaterThan(0);
  expect(await wrongIn(file)).toEqual([]);
});

describe('a comment', () => {
  test.each([
    ['says what is printed, perhaps with words behind', '313 codes: one per 32 ms', ['313 codes'], true],
    ['says it for every turn of a loop', '0 8.0, 20 0.1', ['0 8.0', '20 0.1'], true],
    ['may leave out what dots stand for', '913 9 ...', ['913 9 1', '914 9 2'], true],
    ['is not there', '', ['anything'], true],
    ['says something else', '312 codes', ['313 codes'], false],
    ['has it behind other words', 'it prints 313', ['313'], false],
    ['says something else before the dots', '914 ...', ['913 9'], false],
  ])('%s', (_, comment, printed, right) => {
    expect(says(comment, printed)).toBe(right);
  });
});

test('a wrong comment is told by its line, and only marked blocks are run', async () => {
  const block = (code: string) => `\n\`\`\`ts\n${code}\n\`\`\`\n`;
  const right = 'console.log([1, 2].map((n) => n + 1), "a"); // [ 2, 3 ] a';
  const readme = `# A\n${block('nothing();')}\n<!-- run -->\n${block(`${right}\nconsole.log(\n  'b',\n); // c`)}`;
  const [program, ...others] = readmePrograms(readme);
  expect([program?.line, others]).toEqual([9, []]);
  expect(await wrongComments(program!)).toEqual(['line 11: prints b, the comment says c']);
});
