import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeSafetensors, SafetensorsError, writeSafetensors } from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
afterAll(() => rm(folder, { recursive: true }));
const tensors = {
  a: { shape: [2], data: new Float32Array([1, 2]) },
  b: { dtype: 'BF16' as const, shape: [3], data: new Float32Array([3, 4, 5]) },
  none: { shape: [0], data: new Int32Array(0) },
};

describe('writeSafetensors', () => {
  test('writes what encodeSafetensors makes, over what was there, and leaves nothing else', async () => {
    const path = join(folder, 'model.safetensors');
    await writeFile(path, 'older');
    await writeSafetensors(path, tensors, { format: 'pt' });
    expect(new Uint8Array(await readFile(path))).toEqual(encodeSafetensors(tensors, { format: 'pt' }));
    expect(await readdir(folder)).toEqual(['model.safetensors']);
  });

  test('leaves the older file and no temporary one when tensors cannot be stored', async () => {
    const path = join(folder, 'kept.safetensors');
    await writeFile(path, 'older');
    const wrong = { a: { shape: [3], data: new Float32Array(2) } };
    await expect(writeSafetensors(path, wrong)).rejects.toThrow(SafetensorsError);
    expect(await readFile(path, 'utf8')).toBe('older');
    await rm(path);
  });

  test('leaves no temporary file when the last step fails', async () => {
    const before = await readdir(folder);
    const taken = await mkdtemp(join(folder, 'taken-')); // a folder cannot be renamed over
    await expect(writeSafetensors(taken, tensors)).rejects.toThrow();
    await rm(taken, { recursive: true });
    expect(await readdir(folder)).toEqual(before);
  });
});
