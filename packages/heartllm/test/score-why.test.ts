import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byPart, type PartShares, scoreMap, scoreMasking, sharesOf } from '../src/eval/score-why.ts';
import { ASKED_PARTS, type AskedPart } from '../src/eval/wave-questions.ts';
import { PARTS, type Part, partsOf, waveShares } from '../src/eval/wave-shares.ts';
import { stretchesOf } from '../src/eval/why-record.ts';

describe('the parts of a beat', () => {
  const beat = [
    { wave: 'P', onset: 10, peak: 12, offset: 14 },
    { wave: 'QRS', onset: 20, peak: 22, offset: 24 },
    { wave: 'T', onset: 30, peak: 34, offset: 39 },
  ] as const;
  const of = (part: Part) => PARTS.indexOf(part);

  test('are the annotated waves, the ST segment between QRS and T, and the rest; outside nothing is known', () => {
    const parts = partsOf([...beat], 50, 500);
    const names = Array.from(parts, (part) => PARTS[part] ?? '?');
    const runs = names.map((name, i) => (name === names[i - 1] ? '' : `${i} ${name}`)).filter(Boolean);
    expect(runs).toEqual(['0 ?', '10 P', '15 rest', '20 QRS', '25 ST', '30 T', '40 ?']);
  });

  test('there is no ST segment where the T wave is long after the QRS complex, and no wave without both ends', () => {
    const late = { wave: 'T', onset: 300, peak: 310, offset: 320 } as const;
    expect(partsOf([beat[1], late], 400, 500)[26]).toBe(of('rest'));
    expect(partsOf([beat[0], { wave: 'T', peak: 22, offset: 30 }], 50, 500)[22]).toBe(255);
    expect(partsOf([], 5, 500)).toEqual(new Uint8Array(5).fill(255));
  });

  test('of a code they sum to 1, over the codes that most leads have annotations of', () => {
    const parts = partsOf([...beat], 50, 500);
    const waves = waveShares([parts, parts, new Uint8Array(50).fill(255)], 5, 10);
    expect([waves?.from, waves?.to]).toEqual([1, 4]);
    for (let code = 0; code < 3; code++) {
      expect(PARTS.reduce((sum, part) => sum + waves!.shares[part][code], 0)).toBeCloseTo(1, 12);
    }
    expect([...waves!.shares.P]).toEqual([0.5, 0, 0]);
    expect([...waves!.shares.QRS]).toEqual([0, 0.5, 0]);
    expect([...waves!.shares.T]).toEqual([0, 0, 1]);
    expect(stretchesOf(waves!, 'T')).toEqual([{ from: 3, to: 4 }]);
    expect(stretchesOf(waves!, 'T', 1)).toEqual([{ from: 2, to: 3 }]);
    expect(waveShares([new Uint8Array(50).fill(255)], 5, 10)).toBeUndefined();
  });

  test('turned round, as many codes are masked', () => {
    const pattern = fc.array(fc.constantFrom(...PARTS), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(pattern, fc.nat(59), (names, turn) => {
        const shares = byPart(PARTS, (part) => Float64Array.from(names, (name) => +(name === part)));
        const count = (by: number) =>
          stretchesOf({ from: 7, to: 7 + names.length, shares }, 'T', by).reduce(
            (sum, { from, to }) => sum + to - from,
            0,
          );
        expect(count(turn)).toBe(names.filter((name) => name === 'T').length);
        expect(count(0)).toBe(count(turn));
      }),
    );
  });
});

describe('shares of a map', () => {
  const shares = byPart(PARTS, (part) =>
    Float64Array.from(['P', 'QRS', 'ST', 'T', 'rest', 'rest'], (name) => +(name === part)),
  );

  test('of an even map are the shares of the time, turned round or not; of an empty one there are none', () => {
    for (const turn of [0, 4]) {
      const even = sharesOf(new Float32Array(6).fill(0.2), shares, turn)!;
      expect(PARTS.map((part) => even[part] * 6)).toEqual([1, 1, 1, 1, 2].map((value) => expect.closeTo(value, 6)));
    }
    expect(sharesOf(new Float32Array(6), shares)).toBeUndefined();
  });

  test('sum to 1, and over all turns are on average those of the time', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }), (map) => {
        const all = [0, 1, 2, 3, 4, 5].map((turn) => sharesOf(map, shares, turn)!);
        for (const of of all) expect(PARTS.reduce((sum, part) => sum + of[part], 0)).toBeCloseTo(1, 9);
        expect(all.reduce((sum, of) => sum + of.rest, 0) / 6).toBeCloseTo(2 / 6, 9);
      }),
    );
  });
});

describe('scores', () => {
  const time: Record<Part, number> = { P: 0.1, QRS: 0.1, ST: 0.1, T: 0.2, rest: 0.5 };
  /** A model that looks twice as often at what it is asked about. */
  const looking = (asked: AskedPart): Record<Part, number> => {
    const extra = time[asked];
    return byPart(PARTS, (part) =>
      part === asked ? 2 * time[part] : part === 'rest' ? time.rest - extra : time[part],
    );
  };
  const record: PartShares = { mass: byPart(ASKED_PARTS, looking), turned: byPart(ASKED_PARTS, () => time), time };

  test('enrichment is 2 where twice as much is looked, 1 elsewhere; specificity is what the question adds', () => {
    const { enrichment, turned, specificity, meanSpecificity } = scoreMap([record, record], 0);
    expect(enrichment.T.T.value).toBeCloseTo(2, 9);
    expect(enrichment.T.QRS.value).toBeCloseTo(1, 9);
    expect(turned.T.T.value).toBeCloseTo(1, 9);
    expect(ASKED_PARTS.map((part) => specificity[part].value)).toEqual(
      [1, 1, 1, 1].map((one) => expect.closeTo(one, 9)),
    );
    expect(meanSpecificity).toEqual({
      value: expect.closeTo(1, 9),
      interval: [expect.closeTo(1, 9), expect.closeTo(1, 9)],
    });
  });

  test('of masking are changes against those of the pattern elsewhere; parts that a record has not are left out', () => {
    const even = byPart(ASKED_PARTS, () => byPart(ASKED_PARTS, () => 0.1));
    const masked = byPart(ASKED_PARTS, (asked) => byPart(ASKED_PARTS, (part) => (asked === part ? 0.3 : 0.1)));
    const withoutP = { masked: byPart(ASKED_PARTS, () => ({ QRS: 0.1, ST: 0.1, T: 0.1 })), turned: even };
    const { change, ratio, specificity } = scoreMasking([{ masked, turned: even }, withoutP], 0);
    expect(change.P.P.value).toBeCloseTo(0.3, 9);
    expect(ratio.P.P.value).toBeCloseTo(3, 9);
    expect(ratio.T.T.value).toBeCloseTo(2, 9);
    expect(specificity.T.value).toBeCloseTo(1, 9);
  });
});
