// The kernels that assembly/ compiles to, as a module: a few kilobytes that every bundler carries along unasked.
import { readFileSync, writeFileSync } from 'node:fs';

const generated = new URL('../generated/', import.meta.url);
const bytes = readFileSync(new URL('kernels.wasm', generated));
const memory = new WebAssembly.Memory({ initial: 1 });
new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
// the memory is tfjs' own: constants of ours would lie over its
if (new Uint8Array(memory.buffer).some(Boolean)) throw new Error('kernels.wasm brings tables: use no function of any');
writeFileSync(new URL('kernels.js', generated), `export const kernels = '${bytes.toString('base64')}';\n`);
writeFileSync(new URL('kernels.d.ts', generated), 'export const kernels: string;\n');
