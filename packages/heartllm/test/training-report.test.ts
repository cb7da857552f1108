import { malformed } from '@heartllm/testing';
import type { TrainingEvent } from '@heartllm/training';
import { readSettings, tokenizerSettings } from '@heartllm/training/recipe';
import { describe, expect, test } from 'vitest';
import { trainingReport } from '../src/training/training-report.ts';

const step = (at: number, loss: number): TrainingEvent => ({
  type: 'step',
  step: at,
  totalSteps: 40,
  loss,
  lr: 0.1,
  seconds: 3,
  tensors: 7,
  rss: 5e8,
});
const validation = (at: number, loss: number): TrainingEvent => ({
  type: 'validation',
  step: at,
  loss,
  metrics: { mse: loss, codesUsed: 100 * at },
  best: true,
  seconds: 10,
});
const events: TrainingEvent[] = [
  { type: 'start', step: 0, totalSteps: 40, trainedParameters: 9, resumed: false },
  ...Array.from({ length: 10 }, (_, i) => step(i + 1, 1 / (i + 1))),
  validation(10, 0.25),
  ...Array.from({ length: 10 }, (_, i) => step(i + 11, 1 / (i + 11))),
  validation(20, 0.5),
];

const page = (some: TrainingEvent[], name = 'mine') =>
  trainingReport({
    name,
    stage: 'Stage 1: ECG to codes and back',
    facts: [['Recordings', '<3 of folds 1 to 8']],
    recipe: readSettings(tokenizerSettings, { epochs: 99 }, 'tokenizer'),
    settings: tokenizerSettings,
    events: some,
    examples: '<section><h2>Before and after</h2></section>',
  });

const textOf = (html: string) => html.replace(/<style>[^<]*<\/style>/, '').replace(/<[^>]+>/g, '\n');

describe('the report of a training run', () => {
  test('tells state, time, the best validation, every metric and every setting', () => {
    const html = page(events);
    const text = textOf(html);
    for (const expected of [
      'Training of mine',
      'running, step 20 of 40',
      '80 s, 4.00 s per step, about 80 s left',
      'step 10: loss 0.2500, mse 0.2500, codesUsed 1000',
      '&lt;3 of folds 1 to 8',
      'Codes used on fold 9',
      'Memory of the process, MB',
      'Before and after',
    ]) {
      expect(text).toContain(expected);
    }
    expect(text).not.toContain('before clipping'); // nothing was clipped
    expect(html).toContain('<tr class="other"><th scope="row">epochs</th><td>99</td>');
    expect(html).toContain('<tr><th scope="row">batchSize</th><td>200</td>');
    expect(malformed(html)).toBeUndefined();
  });

  test('tells how the run ended', () => {
    expect(textOf(page([...events, { type: 'end', step: 20, reason: 'patience' }]))).toContain(
      'ended early, no longer better, step 20 of 40',
    );
  });

  test('is there from the first event on', () => {
    const html = page(events.slice(0, 1), '<script>');
    expect(textOf(html)).toContain('running, step 0 of 40');
    expect(malformed(html)).toBeUndefined();
  });

  test('needs nothing from elsewhere', () => {
    const markup = page(events)
      .replaceAll('http://www.w3.org/2000/svg', '')
      .replace(/>[^<]*</g, '><');
    expect(markup).not.toMatch(/<script|<link|<img|<iframe|href=|src=|url\(|@import|https?:|\son\w+=/i);
  });
});
