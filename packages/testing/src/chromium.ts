export { chromiumPath } from './chromium-path.ts';

/** What to say where it is missing. */
export const NO_CHROMIUM =
  'no Chromium or Chrome found (install one, for instance `apt-get install chromium`, or set HEARTLLM_CHROMIUM)';

/** No sandbox, as in a container; no requests of its own; WebGPU on SwiftShader where there is no GPU. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
];
