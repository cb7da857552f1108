import { useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { BackendUnavailableError, useBackend } from '../src/index.ts';

test('an unknown name is a TypeError that lists the known ones', async () => {
  await expect(useBackend('cuda' as 'cpu')).rejects.toThrow(
    new TypeError("unknown backend 'cuda': expected one of auto, webgpu, node-gpu, node, wasm, cpu"),
  );
});

test('one can switch back and forth, and tensors come along', async () => {
  await useTestBackend('cpu');
  const x = tf.tensor1d([1, 2, 3]);
  expect(await useTestBackend('wasm')).toMatchObject({ name: 'wasm' });
  expect(tf.getBackend()).toBe('wasm');
  const y = tf.square(x);
  expect(await useTestBackend('cpu')).toEqual({ name: 'cpu', device: 'JavaScript' });
  expect(Array.from(await tf.add(y, x).data())).toEqual([2, 6, 12]);
});

test('the same backend twice keeps its tensors and its kernels', async () => {
  const first = await useTestBackend('wasm');
  const x = tf.tensor1d([1, 2, 3]);
  expect(await useTestBackend('wasm')).toEqual(first);
  expect(Array.from(await tf.square(x).data())).toEqual([1, 4, 9]);
});

test('calls at the same time are served in turn', async () => {
  const infos = await Promise.all([useTestBackend('cpu'), useTestBackend('wasm'), useTestBackend('cpu')]);
  expect(infos.map(({ name }) => name)).toEqual(['cpu', 'wasm', 'cpu']);
  expect(tf.getBackend()).toBe('cpu');
});

test('the wasm device says whether SIMD is in use, and that it has one thread', async () => {
  expect((await useTestBackend('wasm')).device).toMatch(/^WebAssembly( SIMD)?, 1 thread$/);
});

test('a refusal names the backend and the remedy, and the active one stays', async () => {
  await useTestBackend('cpu');
  // no libtensorflow in a browser; in Node the CPU package is not the GPU package
  const refusal = await useBackend('node-gpu').then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refusal === undefined) return; // this machine has tfjs-node-gpu
  expect(refusal).toBeInstanceOf(BackendUnavailableError);
  expect((refusal as BackendUnavailableError).backend).toBe('node-gpu');
  expect((refusal as BackendUnavailableError).reason).toMatch(
    /npm install @tensorflow\/tfjs-node-gpu|Node\.js|no GPU code/,
  );
  expect(tf.getBackend()).toBe('cpu');
});

test('flags that change how tfjs computes or warns are left as they were', async () => {
  const before = { ...tf.env().getFlags() };
  await useTestBackend('cpu');
  expect(tf.env().getBool('IS_TEST')).toBe(false);
  expect(tf.env().getBool('PROD')).toBe(before.PROD ?? false);
});
