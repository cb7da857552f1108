import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const model = fileURLToPath(new URL('../model', import.meta.url));

test('every part that heartllm.json names is there, and all of it takes less than 12 MB', async () => {
  const { contents } = JSON.parse(await readFile(join(model, 'heartllm.json'), 'utf8'));
  expect(contents).toEqual({ ecgTokenizer: 'ecg-tokenizer', llm: 'llm', adapter: 'adapter' });
  let bytes = 0;
  for (const part of Object.values<string>(contents)) {
    const files = await readdir(join(model, part));
    expect(files.some((file) => file.endsWith('config.json'))).toBe(true);
    expect(files.some((file) => file.endsWith('model.safetensors'))).toBe(true);
    for (const file of files) bytes += (await stat(join(model, part, file))).size;
  }
  expect(bytes).toBeLessThan(12e6);
});
