import { expectAllClose } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelsFor, crop, memorySource, PrepareError, readRecord, selectLeads } from '../../src/index.ts';
import { realRecord, recordOf } from './helpers.ts';

const limb = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'];

/** All six limb leads of one vector: electrode potentials of right arm, left arm and foot against Wilson's terminal. */
function limbRecord(potentials: [right: number, left: number, foot: number][]) {
  const lead = (of: (right: number, left: number, foot: number) => number) => potentials.map((p) => of(...p));
  return {
    I: lead((r, l) => l - r),
    II: lead((r, _, f) => f - r),
    III: lead((_, l, f) => f - l),
    aVR: lead((r, l, f) => r - (l + f) / 2),
    aVL: lead((r, l, f) => l - (r + f) / 2),
    aVF: lead((r, l, f) => f - (r + l) / 2),
  };
}

const millivolts = fc.double({ min: -5, max: 5, noNaN: true });
const potentials = fc.array(fc.tuple(millivolts, millivolts, millivolts), { minLength: 1, maxLength: 20 });

describe('leads by name', () => {
  const record = recordOf({ v1: [1], 'ECG II': [2], avr: [3], i: [4], RESP: [5] });

  test('in any order and spelling, named as asked for, with their calibration, without a copy', () => {
    const chosen = selectLeads(record, ['aVR', 'I', 'MLII', 'V1', 'resp']);
    expect(chosen.leads).toEqual(['aVR', 'I', 'MLII', 'V1', 'resp']);
    expect(chosen.signal.map((lead) => lead[0])).toEqual([3, 4, 2, 1, 5]);
    expect(chosen.signal[0]).toBe(record.signal[2]);
    expect(chosen.meta.gains).toEqual([1002, 1003, 1001, 1000, 1004]);
    expect(chosen.meta.baselines).toEqual([2, 3, 1, 0, 4]);
    expect(chosen.meta.warnings).toEqual([]);
  });

  test('the integers of the file go with the leads, unless one is derived', () => {
    const digital = [Int32Array.of(1, 3), Int32Array.of(2, 4)];
    const read = recordOf({ I: [0.1, 0.3], II: [0.2, 0.4] }, { digital });
    expect(selectLeads(read, ['II']).digital).toEqual([digital[1]]);
    expect(selectLeads(read, ['II', 'III'])).not.toHaveProperty('digital');
    expect(read.digital).toBe(digital);
  });

  test('the closest spelling wins', () => {
    const both = recordOf({ MLII: [1], II: [2], 'ECG II': [3] });
    expect(selectLeads(both, ['II', 'MLII', 'ecg ii']).signal.map((lead) => lead[0])).toEqual([2, 1, 3]);
  });

  test('a name that fits two leads equally well is refused', () => {
    const twice = recordOf({ MLII: [1], 'ECG II': [2] });
    expect(() => selectLeads(twice, ['II'])).toThrow('rec: lead II is there 2 times: "MLII", "ECG II"');
  });

  test('a limb lead that is there twice is no matter where others do to derive what was asked for', () => {
    const record = recordOf({ II: [2], III: [1.5], I: [9], 'ECG I': [9] }, { leads: ['II', 'III', 'I', 'I'] });
    expect(selectLeads(record, ['aVF']).signal[0][0]).toBeCloseTo(1.75, 6);
    expect(() => selectLeads(record, ['I'])).toThrow('rec: lead I is there 2 times: "I", "I"');
    expect(() => selectLeads({ ...record, leads: ['II', 'X', 'I', 'I'] }, ['aVF'])).toThrow('missing aVF');
  });

  test('of several samples per frame have the rate and length of their own, whatever leads are beside them', () => {
    const fast = Array.from({ length: 3000 }, (_, t) => t);
    const read = recordOf({ I: fast, II: fast, Marker: [0, 0] }, { fs: 0.333333333333, samples: 2 });
    read.meta = { ...read.meta, sampsPerFrame: [1500, 1500, 1], baseCounter: 7 };
    const chosen = selectLeads(read, ['II', 'I']);
    expect(chosen).toMatchObject({ fs: 500, samples: 3000, meta: { sampsPerFrame: [1, 1] } });
    expect(chosen.signal[0]).toBe(read.signal[1]);
    expect(crop(chosen, 1500).meta.baseCounter).toBeCloseTo(8, 9); // the counter still counts frames of the file
    expect(selectLeads(read, ['II', 'marker'])).toMatchObject({ fs: 0.333333333333, samples: 2 });
    const slower = recordOf({ I: fast, II: fast.slice(1500), Marker: [0] }, { fs: 1, samples: 1 });
    expect(selectLeads(slower, ['I', 'II'])).toMatchObject({
      fs: 1500,
      samples: 1500,
      meta: { sampsPerFrame: [2, 1] },
    });
  });

  test('every missing lead is named in one error', () => {
    const call = () => selectLeads(recordOf({ V1: [1], II: [2] }), ['I', 'II', 'V1', 'V2', 'aVF']);
    expect(call).toThrow(PrepareError);
    expect(call).toThrow('rec: leads: expected I II V1 V2 aVF, missing I V2 aVF (found V1 II)');
    expect(() => selectLeads(recordOf({}), ['I'])).toThrow('missing I (found none)');
    const many = recordOf(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`ch${i}`, [i]])));
    expect(() => selectLeads(many, ['I'])).toThrow('ch18 ch19 ...)');
    expect(() => selectLeads(recordOf({ 'a\nb': [1] }), ['I'])).toThrow('(found "a\\nb")'); // what is no usual name is quoted
  });

  test('fewer signals than leads are refused', () => {
    expect(() => selectLeads(recordOf({ I: [1] }, { leads: ['I', 'II'] }), ['I'])).toThrow(
      'rec: expected a signal per lead, found 1 for 2 leads',
    );
  });
});

describe('derived limb leads', () => {
  const pairs = limb.flatMap((a, i) => limb.slice(i + 1).map((b): [string, string] => [a, b]));

  test.each(pairs)("%s and %s give the other four, by the electrodes' potentials", (a, b) => {
    fc.assert(
      fc.property(potentials, (sites) => {
        const all = limbRecord(sites);
        const two = recordOf({ [b]: all[b as keyof typeof all], [a]: all[a as keyof typeof all] });
        const six = selectLeads(two, limb);
        for (const [i, lead] of limb.entries()) {
          const expected = all[lead as keyof typeof all];
          for (const [t, value] of expected.entries()) expect(Math.abs(six.signal[i][t] - value)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("PTB-XL's own six are found again from I and II, within 2 of its 1 uV steps", async () => {
    const record = await realRecord();
    const derived = selectLeads(selectLeads(record, ['I', 'II', 'V1']), limb);
    for (const [i, lead] of derived.signal.entries()) {
      const worst = Math.max(...lead.map((value, t) => Math.abs(value - record.signal[i][t])));
      expect(worst).toBeLessThan(0.002);
    }
    expect(derived.meta.warnings).toEqual([
      '00001_hr: leads derived: III from I and II, aVR from I and II, aVL from I and II, aVF from I and II',
    ]);
  });

  test('in any spelling, with the unit and calibration of the first lead; NaN where either is invalid', () => {
    const record = recordOf({ MLIII: [1, 2, Number.NaN, 4], lead_i: [1, Number.NaN, 3, 4] }, { units: ['uV', 'uV'] });
    const { signal, units, meta, leads } = selectLeads(record, ['avf', 'ECG II']);
    expect(leads).toEqual(['avf', 'ECG II']);
    expect(units).toEqual(['uV', 'uV']);
    expectAllClose(signal[0], [1.5, Number.NaN, Number.NaN, 6], 1e-6);
    expectAllClose(signal[1], [2, Number.NaN, Number.NaN, 8], 1e-6);
    expect(meta.invalidSamples).toEqual([2, 2]);
    expect(meta.gains).toEqual([1001, 1001]);
  });

  test('not from leads of different units or rates: the next two that go together are taken', () => {
    const record = recordOf({ I: [1], II: [2000], aVF: [1.5] }, { units: ['mV', 'uV', 'mV'] });
    expect(selectLeads(record, ['III']).signal[0][0]).toBeCloseTo(1, 6);
    const mixed = recordOf({ I: [1], II: [2000] }, { units: ['mV', 'uV'] });
    expect(() => selectLeads(mixed, ['I', 'III'])).toThrow('missing III');
    const fast = recordOf({ I: [1], II: [1, 2] });
    expect(() => selectLeads(fast, ['III'])).toThrow('missing III');
  });

  test('precordial leads are never derived', () => {
    expect(() => selectLeads(recordOf({ I: [1], II: [2], V2: [3] }), ['V1', 'V3'])).toThrow('missing V1 V3');
  });
});

describe('channelsFor', () => {
  test.each<[string[], string[], number[]]>([
    [
      ['II', 'V1'],
      ['I', 'V1', 'MLII', 'RESP', 'v1'],
      [0, 1, 2, 4],
    ],
    [
      ['V1', 'resp'],
      ['I', 'V1', 'MLII', 'RESP', 'vx'],
      [1, 3],
    ],
    [['aVR'], ['RESP', 'I', 'III', 'V1'], [1, 2]],
    [
      ['aVR', 'V1'],
      ['I', 'V1', 'vx'],
      [0, 1, 2],
    ], // aVR cannot be derived: the error shall name all leads
    [['V2'], ['I', 'V1'], [0, 1]],
    [['I'], [], []],
  ])('%j of %j', (leads, names, expected) => expect(channelsFor(leads)(names)).toEqual(expected));

  test('selectLeads finds the same among them as among all', () => {
    const pool = ['I', 'ii', 'lead_III', 'AVR', 'MLII', 'V1', 'MCL1', 'V6', 'RESP', 'resp', 'II'];
    const outcome = (record: ReturnType<typeof recordOf>, leads: string[]) => {
      try {
        const { signal, units, meta } = selectLeads(record, leads);
        return { signal, units, warnings: meta.warnings };
      } catch (error) {
        return (error as Error).message;
      }
    };
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...pool)),
        fc.uniqueArray(fc.constantFrom(...limb, 'V1', 'RESP')),
        (names, leads) => {
          const record = recordOf(Object.fromEntries(names.map((name, i) => [name, [i + 1]])));
          const few = channelsFor(leads)(names);
          const part = recordOf(Object.fromEntries(few.map((i) => [names[i], [i + 1]])));
          expect(outcome(part, leads)).toEqual(outcome(record, leads));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a signal that is not needed may be missing or truncated', async () => {
    const lines = [
      'rec 4 500 2',
      'a.dat 16 1 16 0 0 0 0 i',
      'a.dat 16 1 16 0 0 0 0 ii',
      'none.xyz 16 1 16 0 0 0 0 vx',
      'b.dat 16 1 16 0 0 0 0 vy',
    ];
    const source = memorySource({
      'rec.hea': lines.join('\n'),
      'a.dat': Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0),
      'b.dat': Uint8Array.of(1),
    });
    const record = await readRecord(source, 'rec', { channels: channelsFor(['II', 'III']) });
    expect(record.leads).toEqual(['i', 'ii']);
    expect(selectLeads(record, ['III']).signal[0]).toEqual(Float32Array.of(1, 1));
    await expect(readRecord(source, 'rec')).rejects.toThrow('none.xyz');
  });
});
