import { readUrl } from '../read-url.ts';

/**
 * 'exact' gives the same bits on every machine. 'relaxed' uses fused multiply-adds where the processor has them: faster,
 * but the last bit, and with it now and then a code, depends on the machine.
 */
export type KernelBuild = 'exact' | 'relaxed';

// In this form bundlers recognise the files and ship them along.
const files: Record<KernelBuild, URL> = {
  exact: new URL('../../generated/codec.wasm', import.meta.url),
  relaxed: new URL('../../generated/codec-relaxed.wasm', import.meta.url),
};

const compiled = new Map<KernelBuild, Promise<WebAssembly.Module>>();

/**
 * The kernels, compiled once.
 *
 * @throws Error for 'relaxed' where the engine does not know relaxed SIMD
 */
export function loadKernels(build: KernelBuild): Promise<WebAssembly.Module> {
  const known = compiled.get(build);
  if (known) return known;
  const module = readUrl(files[build]).then((bytes) => compile(bytes, build));
  module.catch(() => compiled.delete(build)); // so that a page that was offline can try again
  compiled.set(build, module);
  return module;
}

async function compile(bytes: Uint8Array<ArrayBuffer>, build: KernelBuild): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    if (build === 'exact') throw error;
    throw new Error(
      `kernels: 'relaxed' needs relaxed SIMD, which this engine lacks (Node 20 has it behind --experimental-wasm-relaxed-simd): ${(error as Error).message}`,
    );
  }
}
