import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { folderSource } from '../../src/node.ts';

const folder = fileURLToPath(new URL('../fixtures/hdf5/', import.meta.url));

afterEach(() => {
  vi.doUnmock('h5wasm');
  vi.resetModules();
});

test('without h5wasm one line says how to get it', async () => {
  vi.doMock('h5wasm', () => {
    throw new Error("Cannot find package 'h5wasm'");
  });
  vi.resetModules();
  const { openHdf5 } = await import('../../src/index.ts');
  await expect(openHdf5(folderSource(folder), 'one-exam.hdf5')).rejects.toThrow(
    'one-exam.hdf5: reading HDF5 needs the package h5wasm, which could not be loaded: npm install h5wasm',
  );
});

test('h5wasm is an optional peer, not loaded by importing the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest.peerDependenciesMeta.h5wasm).toEqual({ optional: true });
  expect(manifest.dependencies?.h5wasm).toBeUndefined();
});

test('a process ends once an exam has been read, and what the library prints on failure does not show', async () => {
  const index = new URL('../../src/index.ts', import.meta.url).href;
  const node = new URL('../../src/node.ts', import.meta.url).href;
  const script = `
    import { openHdf5 } from '${index}';
    import { folderSource } from '${node}';
    const source = folderSource(${JSON.stringify(folder)});
    const exams = await openHdf5(source, 'gzip-shuffle-cut.hdf5');
    console.log((await exams.record(1)).name);
    await exams.record(5).catch(() => console.log('damaged'));
    await exams.close();`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    script,
  ]);
  expect(stdout).toBe('358121\ndamaged\n');
  expect(stderr).toBe('');
});
