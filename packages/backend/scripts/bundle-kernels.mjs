// The kernels that assembly/ compiles to, as a module: a few kilobytes that every bundler carries along unasked.
import { readFileSync, writeFileSync } from 'node:fs';

const generated = new URL('../generated/', import.meta.url);
const kernels = readFileSync(new URL('kernels.wasm', generated)).toString('base64');
writeFileSync(new URL('kernels.js', generated), `export const kernels = '${kernels}';\n`);
writeFileSync(new URL('kernels.d.ts', generated), 'export const kernels: string;\n');
