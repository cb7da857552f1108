import { BackendUnavailableError } from '../use-backend.ts';

/** What this file uses of WebGPU's navigator.gpu. */
interface Gpu {
  requestAdapter(options?: { powerPreference?: string }): Promise<{
    info?: { vendor?: string; architecture?: string; description?: string; isFallbackAdapter?: boolean };
    isFallbackAdapter?: boolean;
  } | null>;
}

/**
 * Loads the webgpu backend; in Node on Dawn, from the optional `webgpu` package.
 *
 * @param realGpuOnly refuse adapters that emulate a GPU on the CPU, which are slower than wasm.
 */
export async function loadWebgpu(realGpuOnly: boolean): Promise<string> {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new BackendUnavailableError('webgpu', 'no GPU adapter was found');
  const { vendor = '', architecture = '', description = '', isFallbackAdapter } = adapter.info ?? {};
  const device = [vendor, architecture, description].filter(Boolean).join(' ') || 'WebGPU adapter';
  if (
    realGpuOnly &&
    (isFallbackAdapter || adapter.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(device))
  ) {
    throw new BackendUnavailableError('webgpu', `the only adapter is a software renderer (${device})`);
  }
  try {
    // The backend looks for navigator.gpu while it is imported, so this import must come last.
    await import('@tensorflow/tfjs-backend-webgpu');
  } catch (error) {
    throw new BackendUnavailableError(
      'webgpu',
      `npm install @tensorflow/tfjs-backend-webgpu (${(error as Error).message.split('\n')[0]})`,
    );
  }
  return device;
}

async function findGpu(): Promise<Gpu> {
  const present = (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu;
  if (present) return present;
  if (!globalThis.process?.versions?.node) {
    throw new BackendUnavailableError('webgpu', 'this browser has no WebGPU, or the page is not a secure context');
  }
  const dawn = await importDawn();
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]) as Gpu;
  if (globalThis.navigator) Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
  return gpu;
}

async function importDawn(): Promise<{ create(flags: string[]): unknown; globals: object }> {
  const packageName = 'webgpu'; // a variable, so that bundlers do not look for an optional package
  try {
    return await import(/* @vite-ignore */ packageName);
  } catch (error) {
    throw new BackendUnavailableError(
      'webgpu',
      `npm install ${packageName} (${(error as Error).message.split('\n')[0]})`,
    );
  }
}
