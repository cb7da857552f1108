// Kernels and weights as modules: whatever carries code along (bundlers, development servers, import maps, Node) carries
// them unasked. A URL beside import.meta.url does not survive a development server that bundles its dependencies first.
import { readFileSync, writeFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url));

/** @param files base64 of a file by the name under which the module exports it */
function writeModule(name, files) {
  const to = (end) => new URL(`../generated/${name}${end}`, import.meta.url);
  const lines = Object.entries(files).map(
    ([key, path]) => `export const ${key} = '${read(path).toString('base64')}';\n`,
  );
  writeFileSync(to('.js'), lines.join(''));
  writeFileSync(
    to('.d.ts'),
    Object.keys(files)
      .map((key) => `export const ${key}: string;\n`)
      .join(''),
  );
}

writeModule('kernels', { exact: 'generated/codec.wasm', relaxed: 'generated/codec-relaxed.wasm' });
writeModule('weights', { config: 'weights/config.json', tensors: 'weights/model.safetensors' });
