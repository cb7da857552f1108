import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPretrainBatch, EcgVocabulary, idsToCodes, PRETRAIN_WINDOWS } from '../src/index.ts';
import { prompts, tinyLlama } from './golden.ts';

const vocabulary = new EcgVocabulary(tinyLlama);
const counting = Array.from({ length: 313 }, (_, i) => i);

/** Where a row's codes start, for an ECG whose codes count 0, 1, 2... */
function startOf(ids: number[]): number {
  return ids[ids.indexOf(vocabulary.startEcgId) + 1] - vocabulary.firstCodeId;
}

describe('buildPretrainBatch', () => {
  test('is the published batch for the starts that it drew', () => {
    const batch = buildPretrainBatch(vocabulary, prompts.codes, { starts: prompts.pretrain.starts_in_call_order });
    expect({ input_ids: batch.inputIds, attention_mask: batch.attentionMask, labels: batch.labels }).toEqual(
      prompts.pretrain.batch,
    );
    expect(PRETRAIN_WINDOWS.map(({ window }) => window)).toEqual(prompts.pretrain.windows);
    expect(PRETRAIN_WINDOWS.map(({ step }) => step)).toEqual(prompts.pretrain.steps);
  });

  test('draws starts that are multiples of the step and leave room for window and step', () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(draw, (value) => {
        const { inputIds } = buildPretrainBatch(vocabulary, [counting], { random: () => value });
        PRETRAIN_WINDOWS.forEach(({ window, step }, w) => {
          const start = startOf(inputIds[w]);
          expect(start % step).toBe(0);
          expect(start + window + step).toBeLessThanOrEqual(313);
        });
      }),
    );
  });

  test('draws every start, from the first to the last', () => {
    const windows = [{ window: 142, step: 15 }];
    const starts = Array.from({ length: 11 }, (_, i) =>
      startOf(buildPretrainBatch(vocabulary, [counting], { windows, random: () => (i + 0.5) / 11 }).inputIds[0]),
    );
    expect(starts).toEqual([0, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150]);
  });

  test('counts the loss on the step codes, which follow the window', () => {
    const windows = [{ window: 3, step: 2 }];
    const { inputIds, labels } = buildPretrainBatch(vocabulary, [counting], { windows, starts: [7] });
    expect(idsToCodes(vocabulary, inputIds[0].slice(2, 7))).toEqual([7, 8, 9, 10, 11]);
    expect(labels[0].map((label, i) => (label === -100 ? 0 : label - inputIds[0][i] + 1))).toEqual([
      0, 0, 0, 0, 0, 1, 1, 0, 0,
    ]);
  });

  test('refuses ECGs that are too short, starts outside them, and no or two ways to choose', () => {
    const windows = [{ window: 10, step: 5 }];
    const build = (length: number, starts: number[]) => () =>
      buildPretrainBatch(vocabulary, [counting.slice(0, length)], { windows, starts });
    expect(build(14, [0])).toThrow('ecgs[0]: 14 codes are too few for window 10 and step 5');
    expect(build(20, [6])).toThrow('starts[0]: expected a whole number from 0 to 5, found 6');
    expect(build(20, [-1])).toThrow('starts[0]');
    expect(build(20, [])).toThrow('starts: expected 1 windows x 1 ECGs = 1 values, found 0');
    expect(() => buildPretrainBatch(vocabulary, [counting], {})).toThrow('either');
    expect(() => buildPretrainBatch(vocabulary, [counting], { random: () => 0, starts: [0] })).toThrow('either');
    expect(() => buildPretrainBatch(vocabulary, [counting], { random: () => Number.NaN })).toThrow('random');
    expect(() =>
      buildPretrainBatch(vocabulary, [counting], { windows: [{ window: 3, step: 0 }], starts: [0] }),
    ).toThrow('windows: expected window >= 0 and step >= 1, found 3 and 0');
  });
});
