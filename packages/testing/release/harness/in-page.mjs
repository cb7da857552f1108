// What a page does with the package; copied into the project beside use.mjs, bundled or served by vite.
import { use } from './use.mjs';

const open = (folder) => {
  const whole = async (path) => {
    const response = await fetch(`/${folder}/${path}`);
    if (!response.ok) throw new Error(`${folder}/${path}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return {
    size: async (path) => (await whole(path)).length,
    read: async (path, start = 0, end) => (await whole(path)).slice(start, end),
  };
};

globalThis.workerAnswered = false;
globalThis.Worker = class extends Worker {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', () => {
      globalThis.workerAnswered = true;
    });
  }
};
globalThis.result = use({ open, wasmPaths: '/modules/@tensorflow/tfjs-backend-wasm/dist/' });
