import { expect, test } from 'vitest';
import { testFiles } from '../src/index.ts';

const files = testFiles(import.meta.url, '../');

test('a file beside a test is read in whole and in part, in Node and in the browser', async () => {
  const whole = await files.read('package.json');
  expect(JSON.parse(new TextDecoder().decode(whole)).name).toBe('@heartllm/testing');
  expect(await files.size('package.json')).toBe(whole.length);
  expect(await files.read('package.json', 2, 8)).toEqual(whole.slice(2, 8));
});

test('a file that is not there is an error', async () => {
  await expect(files.read('absent.json')).rejects.toThrow(/absent\.json/);
});
