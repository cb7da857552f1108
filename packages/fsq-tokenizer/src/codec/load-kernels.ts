import { readUrl } from '../read-url.ts';

// In this form bundlers recognise the file and ship it along.
const kernels = new URL('../../generated/codec.wasm', import.meta.url);

let compiled: Promise<WebAssembly.Module> | undefined;

/** The kernels, compiled once. */
export function loadKernels(): Promise<WebAssembly.Module> {
  compiled ??= readUrl(kernels).then((bytes) => WebAssembly.compile(bytes));
  compiled.catch(() => {
    compiled = undefined; // so that a page that was offline can try again
  });
  return compiled;
}
