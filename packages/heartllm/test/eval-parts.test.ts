import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auroc, rankScores } from '../src/eval/auroc.ts';
import { bootstrap } from '../src/eval/bootstrap.ts';
import { controlsOf, otherPatients } from '../src/eval/controls.ts';
import type { EvalItem } from '../src/eval/item.ts';
import { planBatches } from '../src/eval/plan.ts';
import { mostFrequentText, Prior } from '../src/eval/prior.ts';

describe('auroc', () => {
  test('values by hand: 0.75, 1, 0, 0.5 for ties, nothing for one label', () => {
    const of = (scores: number[], labels: boolean[]) => auroc(rankScores(scores, labels));
    // positives 0.35 and 0.8, negatives 0.1 and 0.4: of four pairs three are in order
    expect(of([0.1, 0.4, 0.35, 0.8], [false, false, true, true])).toBe(0.75);
    expect(of([3, 2, 1], [true, true, false])).toBe(1);
    expect(of([3, 2, 1], [false, true, true])).toBe(0);
    expect(of([7, 7, 7], [true, false, false])).toBe(0.5);
    // the tie of one pair counts half: (1 + 0.5 + 1 + 1) / 4
    expect(of([0.9, 0.5, 0.5, 0.1], [true, true, false, false])).toBe(0.875);
    expect(of([1, 2], [true, true])).toBeNaN();
    expect(of([], [])).toBeNaN();
    expect(() => of([1, Number.NaN], [true, false])).toThrow('scores[1]: expected a number, found NaN');
  });

  test('is the share of pairs in order, counted pair by pair, with weights as if items were there so often', () => {
    const item = fc.record({ score: fc.integer({ min: 0, max: 5 }), label: fc.boolean(), weight: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), (items) => {
        let [sum, pairs] = [0, 0];
        for (const a of items.filter(({ label }) => label)) {
          for (const b of items.filter(({ label }) => !label)) {
            pairs += a.weight * b.weight;
            sum += a.weight * b.weight * (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0);
          }
        }
        const ranked = rankScores(
          items.map(({ score }) => score),
          items.map(({ label }) => label),
        );
        const found = auroc(ranked, (i) => items[i].weight);
        if (pairs === 0) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(sum / pairs, 12);
      }),
    );
  });
});

describe('bootstrap', () => {
  const values = Array.from({ length: 40 }, (_, i) => (i * 7) % 10);
  const mean = (drawn: Uint32Array) => [values.reduce((sum, value, i) => sum + value * drawn[i], 0) / values.length];

  test('the same seed gives the same interval, another seed another', () => {
    const [first] = bootstrap(40, mean, { seed: 1 });
    expect(bootstrap(40, mean, { seed: 1 })[0]).toEqual(first);
    expect(bootstrap(40, mean, { seed: 2 })[0]).not.toEqual(first);
  });

  test('the interval of a mean is about 1.96 standard errors to both sides', () => {
    const [interval] = bootstrap(40, mean, { seed: 3, draws: 4000 });
    const average = values.reduce((sum, value) => sum + value, 0) / 40;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 40 / 40);
    expect(interval![0]).toBeCloseTo(average - 1.96 * error, 1);
    expect(interval![1]).toBeCloseTo(average + 1.96 * error, 1);
  });

  test('draws as many records as there are, and a statistic without a value has no interval', () => {
    const sums = new Set<number>();
    const [none] = bootstrap(
      5,
      (drawn) => {
        sums.add(drawn.reduce((sum, count) => sum + count, 0));
        return [Number.NaN];
      },
      { seed: 0, draws: 50 },
    );
    expect([...sums]).toEqual([5]);
    expect(none).toBeNull();
  });
});

describe('controls', () => {
  test("another record's ECG is never the same patient's", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 30 }), fc.nat(9), (of, seed) => {
        const ecgs = of.map((patient) => ({ patient }));
        const donors = otherPatients(ecgs, seed);
        if (new Set(of).size < 2) expect(donors).toBeUndefined();
        else for (const [ecg, donor] of donors!.entries()) expect(of[donor]).not.toBe(of[ecg]);
        expect(otherPatients(ecgs, seed)).toEqual(donors);
      }),
    );
  });

  test('no codes, those of another, one code again and again, and of one patient alone nothing shuffled', () => {
    const ecgs = [
      { codes: Int32Array.of(1, 2, 2), patient: 'a' },
      { codes: Int32Array.of(5, 6, 7), patient: 'b' },
    ];
    const shown = controlsOf(ecgs, 0);
    expect(shown.conditions).toEqual(['model', 'none', 'shuffled', 'constant', 'prior']);
    expect(shown.input('model', 0)).toBe(ecgs[0]);
    expect(shown.input('none', 0)).toEqual({ codes: [] });
    expect(shown.input('shuffled', 0)).toBe(ecgs[1]);
    expect(shown.input('constant', 1)).toEqual({ codes: Int32Array.of(2, 2, 2) });
    expect(controlsOf(ecgs.slice(0, 1), 0).conditions).not.toContain('shuffled');
  });
});

describe('prior', () => {
  const ask = (question: string, ...answer: string[]) => ({ type: 'single-query', question, answer });

  test('the most frequent answer to a question, in any order of its parts; else of the type; ties by type, then alphabet', () => {
    const prior = new Prior([
      ask('q', 'a', 'b'),
      ask('q', 'b', 'a'),
      ask('q', 'c'),
      ask('r', 'c'),
      ask('r', 'a'),
      ask('s', 'c'),
    ]);
    expect(prior.answer(ask('q'))).toBe('a.b');
    expect(prior.answer(ask('r'))).toBe('c'); // as often as 'a', but more often in the type
    expect(prior.answer(ask('never asked'))).toBe('c');
    expect(prior.answer({ type: 'single-verify', question: 'x' })).toBe('');
    expect(new Prior([ask('q', 'z'), ask('q', 'y')]).answer(ask('q'))).toBe('y');
  });

  test('of texts', () => {
    expect(mostFrequentText(['b', 'a', 'b'])).toBe('b');
    expect(mostFrequentText([])).toBeUndefined();
  });
});

describe('planBatches', () => {
  const item = (id: number, ecg: number, text: string, more: Partial<EvalItem> = {}): EvalItem => ({
    id,
    ecg,
    text,
    group: 'g',
    maxNewTokens: 9,
    yesNo: true,
    prior: 'no',
    ...more,
  });

  test('what a condition cannot tell apart is asked once, with the longest answer that is wanted', () => {
    const short = { group: 'weighed', maxNewTokens: 1, prior: undefined };
    const items = [item(0, 0, 'q'), item(1, 1, 'q', short), item(2, 1, 'r'), item(3, 0, 'r', short)];
    const sees = (condition: string, ecg: number) => (condition === 'model' ? String(ecg) : '');
    const batches = planBatches(items, ['model', 'none', 'prior'], sees, 2);
    expect(
      batches.map(({ condition, maxNewTokens, prompts }) => [
        condition,
        maxNewTokens,
        prompts.map(({ items }) => items.map(({ id }) => id)),
      ]),
    ).toEqual([
      ['model', 9, [[0], [2]]],
      ['model', 1, [[1], [3]]],
      [
        'none',
        9,
        [
          [0, 1],
          [2, 3],
        ],
      ],
      ['prior', 9, [[0], [2]]],
    ]);
  });

  test('every item is asked once under every condition, in batches of at most the size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.constantFrom('q', 'r', 's')), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        (asked, size) => {
          const items = asked.map(([ecg, text], id) => item(id, ecg, text));
          const batches = planBatches(items, ['model', 'shuffled'], (_, ecg) => String(ecg), size);
          for (const condition of ['model', 'shuffled']) {
            const of = batches.filter((batch) => batch.condition === condition).flatMap(({ prompts }) => prompts);
            const ids = of.flatMap(({ items }) => items.map(({ id }) => id));
            expect(ids.sort((a, b) => a - b)).toEqual(items.map(({ id }) => id));
          }
          for (const { prompts } of batches) expect(prompts.length).toBeLessThanOrEqual(size);
        },
      ),
    );
  });
});
