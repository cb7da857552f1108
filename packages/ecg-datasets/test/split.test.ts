import {
  assertDisjoint,
  Identity,
  readHeartLlmReports,
  readMimicIvEcg,
  readPtbxl,
  type Splittable,
  splitByPatient,
} from '@heartllm/ecg-datasets';
import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { all } from './helpers/all.ts';

const PARTS = ['train', 'validation', 'test'] as const;

/** ECGs of patients: the number of ECGs of each. */
const ecgs = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 80 }).map((counts) =>
  counts.flatMap((count, patient) =>
    Array.from({ length: count }, (_, i): Splittable => {
      return { dataset: 'ptb-xl', identity: new Identity(`${patient}/${i}`, patient) };
    }),
  ),
);
const names = (rows: Splittable[]) => rows.map(({ identity }) => identity.ecg).sort();

describe('splitByPatient', () => {
  test('every ECG is in one part, every patient too, and the parts have 7, 1 and 2 tenths', () => {
    fc.assert(
      fc.property(ecgs, fc.integer(), (rows, seed) => {
        const split = splitByPatient(rows, { seed });
        expect(names(PARTS.flatMap((part) => split[part]))).toEqual(names(rows));
        const patients = PARTS.map((part) => new Set(split[part].map(({ identity }) => identity.patient)));
        for (const [i, own] of patients.entries()) {
          for (const other of patients.slice(i + 1)) for (const id of own) expect(other.has(id)).toBe(false);
        }
        assertDisjoint({ ...split });
        const largest = 9; // ECGs of one patient: no part is further than that from its share
        expect(Math.abs(split.train.length - 0.7 * rows.length)).toBeLessThanOrEqual(largest);
        expect(Math.abs(split.validation.length - 0.1 * rows.length)).toBeLessThanOrEqual(largest);
        expect(Math.abs(split.test.length - 0.2 * rows.length)).toBeLessThanOrEqual(largest);
      }),
    );
  });

  test('the seed alone decides, not the order of the rows', () => {
    fc.assert(
      fc.property(ecgs, fc.integer(), fc.func(fc.integer()), (rows, seed, order) => {
        const shuffled = [...rows].sort((a, b) => order(a.identity.ecg) - order(b.identity.ecg));
        const [one, other] = [splitByPatient(rows, { seed }), splitByPatient(shuffled, { seed })];
        for (const part of PARTS) expect(names(other[part])).toEqual(names(one[part]));
      }),
    );
  });

  test('the same seed gives the same split for ever, another seed another one', async () => {
    const rows = await all(readPtbxl(testFiles(import.meta.url, './fixtures/ptbxl/')));
    const { validation } = splitByPatient(rows, { seed: 2026 });
    expect(names(validation)).toMatchInlineSnapshot(`
      [
        "11374",
        "13657",
        "14744",
        "16767",
        "16837",
        "17703",
        "17713",
        "21440",
        "2947",
        "7566",
        "8459",
      ]
    `);
    expect(names(splitByPatient(rows, { seed: 1 }).validation)).not.toEqual(names(validation));
  });

  test('patients of two data sets with one number are two patients; unknown ones are all different', () => {
    const row = (dataset: string, ecg: number, patient?: number) => ({ dataset, identity: new Identity(ecg, patient) });
    const many = Array.from({ length: 200 }, (_, i) => row(i % 2 ? 'ptb-xl' : 'ludb', i, 7));
    const split = splitByPatient(many, { seed: 0, shares: [1, 0, 1] });
    expect([split.train.length, split.validation.length, split.test.length].sort()).toEqual([0, 100, 100]);
    const unknown = Array.from({ length: 100 }, (_, i) => row('challenge', i));
    const parts = splitByPatient(unknown, { seed: 0 });
    expect(PARTS.map((part) => parts[part].length)).toEqual([70, 10, 20]);
  });

  test('shares must be shares', () => {
    for (const shares of [
      [0, 0, 0],
      [1, -1, 1],
      [Number.NaN, 1, 1],
      [Number.POSITIVE_INFINITY, 1, 1],
    ] as const) {
      expect(() => splitByPatient([], { seed: 0, shares })).toThrow(RangeError);
    }
  });
});

describe("the data sets' own splits", () => {
  test("HeartLLM's lists keep patients apart, per data set and task", async () => {
    const lists = testFiles(import.meta.url, './fixtures/heartllm/');
    for (const dataset of ['ptbxl', 'mimic-iv-ecg']) {
      const [train, valid, held] = await Promise.all(
        ['train', 'valid', 'test'].map((part) => all(readHeartLlmReports(lists, `report/${dataset}/${part}.json`))),
      );
      expect(() => assertDisjoint({ train, valid, held })).not.toThrow();
      expect(() => assertDisjoint({ train, held: [...held, train[1]] })).toThrow(
        /^report\/.*train\.json line \d+: expected every patient in one part, but its patient is in train and in held$/,
      );
    }
  });

  test('an ECG in two parts is found also where no patient is known', async () => {
    const [row] = await all(readMimicIvEcg(testFiles(import.meta.url, './fixtures/mimic-iv-ecg/')));
    const nameless = { ...row, identity: new Identity(row.identity.ecg) };
    expect(() => assertDisjoint({ a: [nameless], b: [nameless] })).toThrow(/its ECG is in a and in b/);
    expect(() => assertDisjoint({ a: [row], b: [nameless] })).toThrow(/its ECG/);
  });
});
