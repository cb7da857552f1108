// The kernels that assembly/ compiles to, as a module: a few kilobytes that every bundler carries along unasked.
import { readFileSync, writeFileSync } from 'node:fs';

const generated = new URL('../generated/', import.meta.url);
const base64 = (name) => readFileSync(new URL(name, generated)).toString('base64');
writeFileSync(
  new URL('kernels.js', generated),
  `export const plain = '${base64('kernels.wasm')}';\nexport const shared = '${base64('kernels-shared.wasm')}';\n`,
);
writeFileSync(new URL('kernels.d.ts', generated), 'export const plain: string;\nexport const shared: string;\n');
