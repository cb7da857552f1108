import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from './helpers/run-cli.ts';

const fixtures = fileURLToPath(new URL('./fixtures/checkpoint', import.meta.url));
const published = join(fixtures, 'checkpoint_epoch0.pth');

let folder: string;
let model: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-part-'));
  model = join(folder, 'model');
  await cli('import', 'checkpoint', published, '--llm', join(fixtures, 'base'), '--out', model);
  await cp(join(model, 'llm'), join(folder, 'original'), { recursive: true });
  await writeFile(join(folder, 'secret.json'), '{}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A fresh copy of the language model's folder, changed. */
async function changed(change: (part: string) => Promise<unknown>): Promise<string> {
  const part = await mkdtemp(join(folder, 'llm-'));
  await cp(join(folder, 'original'), part, { recursive: true });
  await change(part);
  return part;
}

async function importLlm(from: string) {
  const before = await readdir(join(model, 'llm'));
  const ended = await cli('import', 'llm', from, '--out', model, '--force');
  if (ended.code !== 0) expect(await readdir(join(model, 'llm'))).toEqual(before);
  return ended;
}

test('a link inside the folder is followed, one that leads out of it is not', async () => {
  const inside = await changed(async (dir) => {
    await rename(join(dir, 'model.safetensors'), join(dir, 'blob'));
    await symlink('blob', join(dir, 'model.safetensors'));
  });
  expect(await importLlm(inside)).toMatchObject({ code: 0 });
  for (const file of ['generation_config.json', 'config.json', 'tokenizer.json', 'model.safetensors']) {
    const outside = await changed(async (dir) => {
      await rm(join(dir, file));
      await symlink(join(folder, 'secret.json'), join(dir, file));
    });
    const { code, err } = await importLlm(outside);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining(`${file}: a symbolic link leads out of ${outside}`),
    });
  }
});

test.skipIf(process.platform === 'win32')(
  'what is no regular file is not opened: a pipe would wait for ever',
  async () => {
    for (const file of ['generation_config.json', 'model.safetensors']) {
      const piped = await changed(async (dir) => {
        await rm(join(dir, file));
        execFileSync('sh', ['-c', 'mkfifo "$0"', join(dir, file)]);
      });
      const { code, err } = await importLlm(piped);
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${file}: is not a regular file`) });
      const tokenizer = await cli('import', 'tokenizer', join(piped, file), '--out', join(folder, 'none'));
      expect(tokenizer.err).toContain(`${file}: is not a regular file`);
    }
  },
);

test('shards are taken as their index names them, and no others', async () => {
  const sharded = await changed(async (dir) => {
    await mkdir(join(dir, 'parts'));
    await rename(join(dir, 'model.safetensors'), join(dir, 'parts/a.safetensors'));
    await writeFile(join(dir, 'model-old.safetensors'), 'of another model');
    const { openSafetensors } = await import('@heartllm/safetensors');
    const { folderSource } = await import('@heartllm/ecg-io/node');
    const { names } = await openSafetensors(folderSource(dir), 'parts/a.safetensors');
    const weight_map = Object.fromEntries(names.map((name) => [name, 'parts/a.safetensors']));
    await writeFile(join(dir, 'model.safetensors.index.json'), JSON.stringify({ weight_map }));
  });
  const { code, out } = await importLlm(sharded);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/llm of 20 tensors, .*model\.safetensors\.index\.json, parts\/a\.safetensors, /),
  });
  expect(await readdir(join(model, 'llm'))).not.toContain('model-old.safetensors');
  expect(JSON.parse(await readFile(join(model, 'heartllm.json'), 'utf8')).contents.llm).toBe('llm');
});

test.each([
  ['checkpoint_epoch0.pth', "imported whole by 'heartllm import checkpoint FILE --llm FOLDER --out DIR'"],
  ['pytorch_model.bin', 'load it in transformers, whose save_pretrained writes safetensors'],
])('a folder with weights in %s only says what to do', async (name, advice) => {
  const other = await changed((dir) => rename(join(dir, 'model.safetensors'), join(dir, name)));
  for (const from of [other, join(other, name)]) {
    const { code, err } = await importLlm(from);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining(`${from}: expected a folder with model.safetensors, found ${name}: `),
    });
    expect(err).toContain(advice);
  }
});
