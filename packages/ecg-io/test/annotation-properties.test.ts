import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANNOTATION_LABELS, encodeAnnotations, parseAnnotations, WfdbError } from '../src/index.ts';
import { fuzzRuns } from './fuzz-runs.ts';

const fixtures = testFiles(import.meta.url, './fixtures/');

const latin1 = (maxLength: number) =>
  fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength });
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ!#+*äß"'), minLength: 1, maxLength: 4 });

/** Every gap that has a way of its own to be stored. */
const gap = fc.oneof(
  fc.nat(1023),
  fc.integer({ min: 1000, max: 1100 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  fc.integer({ min: -(2 ** 34), max: 2 ** 34 }),
);

const customLabels = fc.uniqueArray(
  fc.record({
    labelStore: fc.integer({ min: 1, max: 58 }),
    symbol: word,
    description: word.chain((first) => latin1(20).map((rest) => (first + rest).replace(/[\s\0]+$/, ''))),
  }),
  { selector: ({ labelStore }) => labelStore, maxLength: 5 },
);

const annotations = customLabels.chain((labels) => {
  const codes = [
    ...ANNOTATION_LABELS.filter(({ labelStore }) => labels.every((own) => own.labelStore !== labelStore)),
    ...labels,
  ];
  const one = fc.record({
    gap,
    label: fc.constantFrom(...codes),
    subtype: fc.integer({ min: -128, max: 127 }),
    chan: fc.nat(255),
    num: fc.integer({ min: -128, max: 127 }),
    auxNote: fc.oneof(fc.constant(''), latin1(255)),
  });
  return fc.record({
    all: fc.array(one, { maxLength: 40 }),
    fs: fc.option(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), { nil: undefined }),
    customLabels: fc.constant(labels),
    comments: fc.array(word, { maxLength: 3 }),
  });
});

test('whatever can be said is read back as it was written', () => {
  fc.assert(
    fc.property(annotations, ({ all, fs, customLabels, comments }) => {
      let time = 0;
      const timed = all
        .map(({ gap, ...rest }) => {
          time += gap;
          return { ...rest, sample: time };
        })
        .filter(({ sample, label }) => sample !== 0 || label.labelStore !== 22);
      const input = {
        sample: timed.map(({ sample }) => sample),
        symbol: timed.map(({ label }) => label.symbol),
        labelStore: timed.map(({ label }) => label.labelStore),
        description: timed.map(({ label }) => label.description),
        subtype: timed.map(({ subtype }) => subtype),
        chan: timed.map(({ chan }) => chan),
        num: timed.map(({ num }) => num),
        auxNote: timed.map(({ auxNote }) => auxNote),
        fs,
        customLabels,
        comments,
      };
      expect(parseAnnotations(encodeAnnotations(input))).toEqual({ ...input, warnings: [] });
    }),
    { numRuns: fuzzRuns(300) },
  );
});

const valid = await Promise.all(
  [
    'annotations/1003.atr',
    'annotations/12726.anI',
    'annotations/huge.qrs',
    'annotations/03700181.gqrsh',
    'ludb/1.i',
  ].map(async (file) => (await fixtures.read(file)).slice(0, 700)),
);

/** Bytes whose upper six bits are the codes that mean most, and any others. */
const byte = fc.oneof(fc.constantFrom(0, 0x58, 0xec, 0xf0, 0xf4, 0xf8, 0xfc, 0xff), fc.nat(255));
const edit = fc.record({ at: fc.nat(700), cut: fc.nat(6), put: fc.array(byte, { maxLength: 6 }) });
const mutated = fc
  .record({ start: fc.constantFrom(...valid), edits: fc.array(edit, { minLength: 1, maxLength: 4 }), end: fc.nat(700) })
  .map(({ start, edits, end }) => {
    const bytes = Array.from(start);
    for (const { at, cut, put } of edits) bytes.splice(at % bytes.length, cut, ...put);
    return Uint8Array.from(end % 3 === 0 ? bytes.slice(0, end) : bytes);
  });

test('a file with bytes changed, or any bytes at all, gives annotations that can be written again or an error of one line', () => {
  fc.assert(
    fc.property(
      fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) }),
      (bytes) => {
        try {
          const read = parseAnnotations(bytes);
          expect(read.sample.length).toBeLessThanOrEqual(bytes.length / 2);
          for (const warning of read.warnings) expect(warning).not.toMatch(/[\n\r]/);
          const { warnings: _, ...again } = parseAnnotations(encodeAnnotations(read));
          expect({ ...again, warnings: read.warnings }).toEqual(read);
        } catch (error) {
          if (!(error instanceof WfdbError)) throw error;
          expect(error.message).toMatch(/^annotations, byte \d+: [^\n\r]+$/);
        }
      },
    ),
    { numRuns: fuzzRuns(1500), seed: 1 },
  );
});
