import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { englishReport, openPtbxl } from '@heartllm/ecg-datasets';
import { folderSource } from '@heartllm/ecg-io/node';
import type { Plugin } from 'vite';
import type { Shipped } from '../src/shipped.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const RECORDS = 'examples/data/ptbxl';

/** Folders of the repository that come with the page, by where they are served, and which paths in them. */
const FOLDERS: Record<string, { folder: string; files: RegExp }> = {
  model: { folder: 'packages/nano/model', files: /^(?!training\/)/ }, // how it was trained, no page needs
  records: { folder: `${RECORDS}/records500`, files: /\.(hea|dat)$/ },
  tfjs: { folder: 'node_modules/@tensorflow/tfjs-backend-wasm/dist', files: /tfjs-backend-wasm(-simd)?\.wasm$/ },
};

/** A file of the repository and where it is served. */
interface Served {
  url: string;
  path: string;
  size: number;
}

/** Serves the embedded model, the example records and TensorFlow.js' WebAssembly, and `shipped.json`, which lists them. */
export function shippedFiles(): Plugin {
  return {
    name: 'shipped-files',
    async configureServer(server) {
      const files = new Map((await allServed()).map(({ url, path }) => [`/${url}`, path]));
      const list = JSON.stringify(await shipped());
      server.middlewares.use((request, response, next) => {
        const url = request.url?.split('?')[0] ?? '';
        const path = files.get(url);
        if (url !== '/shipped.json' && !path) return next();
        response.setHeader('Content-Type', url.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream');
        response.end(path ? readFileSync(path) : list);
      });
    },
    async generateBundle() {
      for (const { url, path } of await allServed()) {
        this.emitFile({ type: 'asset', fileName: url, source: readFileSync(path) });
      }
      this.emitFile({ type: 'asset', fileName: 'shipped.json', source: JSON.stringify(await shipped()) });
    },
  };
}

async function allServed(): Promise<Served[]> {
  return (await Promise.all(Object.keys(FOLDERS).map(served))).flat();
}

async function served(name: string): Promise<Served[]> {
  const { folder, files } = FOLDERS[name];
  const base = join(root, folder);
  const entries = await readdir(base, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(base, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return Promise.all(
    paths
      .filter((path) => files.test(path))
      .map(async (path) => ({
        url: `${name}/${path}`,
        path: join(base, path),
        size: (await stat(join(base, path))).size,
      })),
  );
}

/** What the page is told of all this. */
async function shipped(): Promise<Shipped> {
  const model = (await served('model')).map(({ url, size }) => ({ path: url.slice('model/'.length), size }));
  const { rows, statements } = await openPtbxl(folderSource(join(root, RECORDS)));
  const records = rows.map((row) => ({
    path: row.filename500.replace(/^records500\//, ''),
    patient: [row.sex, row.age].filter((known) => known !== undefined).join(', '),
    statements: englishReport(row, statements),
  }));
  return { model, records };
}
