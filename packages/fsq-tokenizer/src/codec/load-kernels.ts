import { exact, relaxed } from '../../generated/kernels.js';
import { decodeBase64 } from '../base64.ts';
import type { KernelBuild } from './kernel-build.ts';

const files: Record<KernelBuild, string> = { exact, relaxed };

const compiled = new Map<KernelBuild, Promise<WebAssembly.Module>>();

/**
 * The kernels, compiled once.
 *
 * @throws Error for 'relaxed' where the engine does not know relaxed SIMD
 */
export function loadKernels(build: KernelBuild): Promise<WebAssembly.Module> {
  const known = compiled.get(build);
  if (known) return known;
  const module = compile(decodeBase64(files[build]), build);
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
