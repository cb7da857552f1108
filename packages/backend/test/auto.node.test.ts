import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** What `useBackend(name)` gives and prints in a fresh process, in which no backend was loaded before. */
async function inFreshProcess(name: string, env: NodeJS.ProcessEnv = {}) {
  const script = fileURLToPath(new URL('./helpers/print-backend.ts', import.meta.url));
  const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', '-C', 'heartllm-src', script, name], {
    env: { ...process.env, NODE_PATH: '', ...env },
  });
  return { info: JSON.parse(stdout), stderr };
}

test('auto takes the first that works, says what it would have preferred, and prints nothing', async () => {
  const { info, stderr } = await inFreshProcess('auto');
  expect(['node', 'webgpu', 'wasm']).toContain(info.name);
  expect(info.fellBackFrom).toBe('node-gpu');
  expect(info.gradient).toBe(6);
  expect(stderr).toBe('');
});

test('a backend asked for by name is refused, not replaced, when its package is missing', async () => {
  const { info } = await inFreshProcess('node-gpu');
  expect(info.error).toBe('BackendUnavailableError');
  expect(info.message).toMatch(/^backend 'node-gpu' is not available: npm install @tensorflow\/tfjs-node-gpu \(/);
});

test.each(['cpu', 'wasm'])('%s prints nothing in Node and registers gradients', async (name) => {
  const { info, stderr } = await inFreshProcess(name);
  expect(info).toMatchObject({ name, gradient: 6 });
  expect(info).not.toHaveProperty('fellBackFrom');
  expect(stderr).toBe('');
});

test.skipIf(!process.env.NODE_PATH)('with TensorFlow at hand, auto computes on it, quietly', async () => {
  const { info, stderr } = await inFreshProcess('auto', { NODE_PATH: process.env.NODE_PATH });
  expect(info).toMatchObject({ name: expect.stringMatching(/^node/), gradient: 6 });
  expect(info.device).toMatch(/^libtensorflow \d/);
  // libtensorflows newer than tfjs-node's announce oneDNN whatever the log level
  expect(stderr.replace(/^.*(absl::InitializeLog|oneDNN).*\n/gm, '')).toBe('');
});
