import { expect, test } from 'vitest';
import { BackendUnavailableError, useBackend } from '../src/index.ts';

test('a server without the .wasm files: the error says where they were looked for, also the second time', async () => {
  const start = () => useBackend('wasm', { wasmPaths: '/nowhere/' });
  await expect(start()).rejects.toThrow(
    "backend 'wasm' is not available: TensorFlow.js could not start it; are its .wasm files served at '/nowhere/'?",
  );
  await expect(start()).rejects.toThrow(BackendUnavailableError);
  await expect(start()).rejects.toThrow('load the page again');
});
