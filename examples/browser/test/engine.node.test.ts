import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Engine } from '../src/engine/engine.ts';
import type { FromWorker, OpenInput, ToWorker } from '../src/engine/protocol.ts';

/** A worker that hears everything and says what it is told to. */
class SilentWorker {
  static all: SilentWorker[] = [];
  readonly heard: ToWorker[] = [];
  ended = false;
  onmessage: ((event: { data: FromWorker }) => void) | undefined;

  constructor() {
    SilentWorker.all.push(this);
  }
  postMessage(message: ToWorker): void {
    this.heard.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: FromWorker): void {
    this.onmessage?.({ data });
  }
}

const model: OpenInput = {
  model: { url: 'https://page/model/', files: [] },
  backend: 'wasm',
  tfjs: 'https://page/tfjs/',
};
const ecg = { codes: new Int32Array(0), points: new Float32Array(0) };

beforeEach(() => {
  SilentWorker.all = [];
  vi.stubGlobal('Worker', SilentWorker);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a call that does not hear that it was cancelled ends with its worker; the next one opens the model and goes on', async () => {
  const engine = new Engine();
  const opened = engine.run('open', model);
  const [first] = SilentWorker.all;
  first.say({ id: 0, output: 'opened' });
  await opened;
  const controller = new AbortController();
  const cancelled = engine.run('ask', { ecg, question: 'deaf' }, { signal: controller.signal });
  const waiting = engine.run('ask', { ecg, question: 'next' });
  controller.abort();
  expect(first.heard.at(-1)).toEqual({ id: 1, cancel: true });
  expect(first.ended).toBe(false);
  vi.advanceTimersByTime(2000);
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  expect(first.ended).toBe(true);
  const second = SilentWorker.all[1];
  expect(second.heard).toMatchObject([
    { name: 'open', input: model },
    { id: 2, name: 'ask', input: { question: 'next' } },
  ]);
  second.say({ id: 2, output: 'answered' });
  expect(await waiting).toBe('answered');
});

test('what is done before it hears that it was cancelled is not wanted, and neither is it begun again', async () => {
  const engine = new Engine();
  const controller = new AbortController();
  const onEvent = vi.fn();
  const late = engine.run('why', { ecg, answer: 'yes' }, { signal: controller.signal, onEvent });
  const deaf = engine.run('ask', { ecg, question: 'deaf' }, { signal: controller.signal });
  const alsoDeaf = engine.run('ask', { ecg, question: 'deaf too' }, { signal: controller.signal });
  const [worker] = SilentWorker.all;
  controller.abort();
  worker.say({ id: 0, event: 1 });
  worker.say({ id: 0, output: 'because' });
  await expect(late).rejects.toMatchObject({ name: 'AbortError' });
  expect(onEvent).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2000);
  await expect(deaf).rejects.toMatchObject({ name: 'AbortError' });
  await expect(alsoDeaf).rejects.toMatchObject({ name: 'AbortError' });
  expect(SilentWorker.all.map(({ ended }) => ended)).toEqual([true, false]);
  expect(SilentWorker.all[1].heard).toEqual([]);
});

test('a call that hears it leaves the worker as it is', async () => {
  const engine = new Engine();
  const controller = new AbortController();
  const cancelled = engine.run('ask', { ecg, question: 'obedient' }, { signal: controller.signal });
  const [worker] = SilentWorker.all;
  controller.abort();
  worker.say({ id: 0, failure: { name: 'AbortError', message: 'stopped' } });
  await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  vi.advanceTimersByTime(10_000);
  expect(worker.ended).toBe(false);
});

test('events come in between, errors keep the name of what could not be found out', async () => {
  const engine = new Engine();
  const onEvent = vi.fn();
  const read = engine.run('why', { ecg, answer: 'yes' }, { onEvent });
  const [worker] = SilentWorker.all;
  worker.say({ id: 0, event: 0.5 });
  worker.say({ id: 0, failure: { name: 'EcgFileError', message: 'mine.csv, fs: give fs', field: 'fs' } });
  await expect(read).rejects.toMatchObject({ name: 'EcgFileError', message: 'mine.csv, fs: give fs', field: 'fs' });
  expect(onEvent).toHaveBeenCalledWith(0.5);
});
