import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailableError, peerMissing } from '../unavailable.ts';

/** What this file uses of WebGPU's navigator.gpu. */
interface Gpu {
  requestAdapter(options?: { powerPreference?: string }): Promise<Adapter | null>;
}
interface Adapter {
  info?: { vendor?: string; architecture?: string; description?: string; isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
}
interface Dawn {
  create(flags: string[]): Gpu;
  globals: object;
}

/**
 * Loads the webgpu backend; in Node on Dawn, from the optional `webgpu` package.
 *
 * @param realGpuOnly refuse adapters that emulate a GPU on the CPU, which are slower than wasm.
 */
export async function loadWebgpu(realGpuOnly: boolean): Promise<() => string> {
  const present = (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu;
  if (!present && realGpuOnly && !mayHaveGpu()) {
    throw new BackendUnavailableError('webgpu', 'this machine has no GPU device');
  }
  const dawn = present ? undefined : await loadDawn();
  const gpu = present ?? (dawn as Dawn).create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new BackendUnavailableError('webgpu', 'no GPU adapter was found');
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info ?? {};
  const device = [vendor, architecture, description].filter(Boolean).join(' ') || 'WebGPU adapter';
  const emulated = isFallbackAdapter || adapter.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(device);
  if (realGpuOnly && emulated) {
    throw new BackendUnavailableError('webgpu', `the only adapter is a software renderer (${device})`);
  }
  if (dawn) installGlobally(dawn, gpu);
  // The backend looks for navigator.gpu while it is imported and registers nothing without, so this comes last.
  try {
    await import('@tensorflow/tfjs-backend-webgpu');
  } catch (error) {
    throw peerMissing('webgpu', '@tensorflow/tfjs-backend-webgpu', error);
  }
  if (!tf.findBackendFactory('webgpu')) {
    throw new BackendUnavailableError(
      'webgpu',
      '@tensorflow/tfjs-backend-webgpu was imported before there was a navigator.gpu; leave the import to useBackend',
    );
  }
  return () => device;
}

async function loadDawn(): Promise<Dawn> {
  if (!globalThis.process?.versions?.node) {
    throw new BackendUnavailableError('webgpu', 'this browser has no WebGPU, or the page is not a secure context');
  }
  const packageName = 'webgpu'; // a variable, so that bundlers do not look for an optional package
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ packageName)) as Dawn;
  } catch (error) {
    throw peerMissing('webgpu', packageName, error);
  }
}

/** Makes Node look like a browser to the backend: GPUBufferUsage and its like, and navigator.gpu. */
function installGlobally(dawn: Dawn, gpu: Gpu): void {
  Object.assign(globalThis, dawn.globals);
  if (globalThis.navigator) Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
}

/** False on a Linux without any GPU device, where Dawn would only print 'Warning: Couldn't load Vulkan'. */
function mayHaveGpu(): boolean {
  if (globalThis.process?.platform !== 'linux') return true;
  const fs = process.getBuiltinModule?.('node:fs');
  return !fs || ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some((path) => fs.existsSync(path));
}
