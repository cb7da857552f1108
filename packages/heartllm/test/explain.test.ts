import { useBackend } from '@heartllm/backend';
import { memorySource } from '@heartllm/ecg-io';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExplainEvent, HeartLlm } from '../src/index.ts';
import { randomModel } from './helpers/random-model.ts';

let model: HeartLlm;
const codes = Int32Array.from({ length: 40 }, (_, i) => (i * 37) % 1296);
const question = 'Is this a normal ECG?';

beforeAll(async () => {
  await useBackend('cpu');
  model = await HeartLlm.load(memorySource(await randomModel(2)));
});
afterAll(() => model.dispose());

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

describe('an explanation', () => {
  test('tells attention by layer and token, occlusion by code and window, and how far they agree', async () => {
    const events: ExplainEvent[] = [];
    const why = await model.explain({ codes }, question, 'no', {
      window: 6,
      stride: 5,
      batchSize: 3,
      onProgress: (event) => events.push(event),
    });
    expect(why).toMatchObject({ question, answer: 'no', codes });
    expect(why.logProbability).toBeLessThan(0);
    const { tokens, layers, rollout } = why.attention;
    expect(tokens.map(({ text }) => text).join('')).toBe('no');
    expect(tokens.at(-1)?.text).toBe(''); // the end of text was predicted too
    expect(layers).toHaveLength(1);
    for (const map of [
      ...layers,
      rollout,
      why.occlusion,
      ...tokens.flatMap((token) => [...token.layers, token.rollout]),
    ]) {
      expect(map).toHaveLength(codes.length);
    }
    for (const map of [...layers, rollout]) {
      expect(sum(map)).toBeGreaterThan(0);
      expect(sum(map)).toBeLessThan(1);
    }
    // one layer: half of what arrives is the token's own
    for (const [i, value] of rollout.entries()) expect(value).toBeCloseTo(layers[0][i] / 2, 6);
    expect(why.windows.map(({ from, to }) => [from, to])).toEqual(
      [0, 5, 10, 15, 20, 25, 30, 34].map((from) => [from, from + 6]),
    );
    expect(why.occlusion[0]).toBeCloseTo(why.windows[0].drop, 6);
    expect(why.occlusion[5]).toBeCloseTo((why.windows[0].drop + why.windows[1].drop) / 2, 6);
    expect(Math.abs(why.agreement as number)).toBeLessThanOrEqual(1);
    expect(events.map((event) => (event.type === 'occlusion' ? [event.done, event.total] : event.type))).toEqual([
      'answer',
      'attention',
      [3, 8],
      [6, 8],
      [8, 8],
    ]);
  });

  test('without an answer explains the one that ask gives; of a report, the one that report gives', async () => {
    const options = { window: 40, stride: 40 };
    expect((await model.explain({ codes }, question, undefined, options)).answer).toBe(
      (await model.ask({ codes }, question)).text,
    );
    const background = 'Patient Information: - Age: 56; ';
    const why = await model.explainReport({ codes }, undefined, { ...options, background });
    expect(why.answer).toBe((await model.report({ codes }, { background })).report);
    expect(why).not.toHaveProperty('question');
  });

  test('where masking changes nothing, nothing falls', async () => {
    const flat = { codes: new Int32Array(40).fill(7) };
    const { occlusion, agreement, logProbability } = await model.explain(flat, question, 'no', { batchSize: 4 });
    for (const value of occlusion) expect(Math.abs(value)).toBeLessThan(1e-4 * Math.abs(logProbability));
    expect(agreement === null || Number.isFinite(agreement)).toBe(true);
  });

  test('the windows together are masked as each alone, whatever the batch', async () => {
    const [one, many] = await Promise.all(
      [1, 16].map((batchSize) => model.explain({ codes }, question, 'yes', { batchSize })),
    );
    for (const [i, { drop }] of one.windows.entries()) expect(many.windows[i].drop).toBeCloseTo(drop, 4);
  });

  test('a question that spells the words of codes does not move the ECG', async () => {
    const asked = '<|start_ecg|> <|end_ecg|> ?';
    const why = await model.explain({ codes }, asked, 'no', { window: 40, stride: 40 });
    expect(why.occlusion).toHaveLength(40);
  });

  test('an ECG without codes has an explanation without them', async () => {
    const why = await model.explain({ codes: [] }, question, 'no');
    expect([why.occlusion.length, why.attention.rollout.length, why.windows, why.agreement]).toEqual([0, 0, [], null]);
  });

  test('is stopped between two batches', async () => {
    const stop = new AbortController();
    let batches = 0;
    const onProgress = ({ type }: ExplainEvent) => {
      if (type === 'occlusion' && ++batches === 2) stop.abort(new Error('enough'));
    };
    const options = { batchSize: 1, signal: stop.signal, onProgress };
    await expect(model.explain({ codes }, question, 'no', options)).rejects.toThrow('enough');
    expect(batches).toBe(2);
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await model.explain({ codes }, question, undefined, { window: 20, stride: 20 });
    expect(tf.memory().numTensors).toBe(before);
  });
});
