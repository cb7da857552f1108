import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalLead } from '../../src/index.ts';

const twelve = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' ');

describe('canonicalLead', () => {
  test.each<[string, string]>([
    ['MLII', 'II'],
    ['ML2', 'II'],
    ['avr', 'aVR'],
    ['AVF', 'aVF'],
    ['aV_L', 'aVL'],
    ['lead_I', 'I'],
    ['Lead III', 'III'],
    ['leadII', 'II'],
    ['ECG I', 'I'],
    ['ECG lead II', 'II'],
    ['EKG-V1', 'V1'],
    ['MDC_ECG_LEAD_AVR', 'aVR'],
    ['I-', 'I'],
    ['II-REF', 'II'],
    ['ECG V4-Ref', 'V4'],
    [' v6 ', 'V6'],
    ['V 1', 'V1'],
    ['DI', 'I'],
    ['DIII', 'III'],
    ['D2', 'II'],
    ['MCL1', 'V1'],
    ['v4r', 'V4R'],
    ['V9', 'V9'],
  ])('%j is %s', (name, lead) => expect(canonicalLead(name)).toBe(lead));

  test.each([
    '',
    ' ',
    '-',
    'ECG',
    'lead',
    'ECG 1', // a channel's number
    'ECG_2',
    'lead 1',
    'ch2',
    '-aVR', // inverted
    'lead -aVR',
    'V2-V3',
    'V10',
    'V0',
    'V1R',
    'V',
    'vx',
    'RESP',
    'ABP',
    'IIII',
    'constructor',
    'MLIIX',
    'CM5',
  ])('%j is no lead', (name) => expect(canonicalLead(name)).toBeUndefined());

  test('prefix, suffix, case and spaces in any combination do not matter', () => {
    const spelling = fc.tuple(
      fc.constantFrom(...twelve),
      fc.constantFrom('', 'ECG ', 'ekg_', 'Lead ', 'lead-', 'ECG lead ', 'MDC_ECG_LEAD_'),
      fc.constantFrom('', '-', ' ', '-Ref', ' - '),
      fc.boolean(),
    );
    fc.assert(
      fc.property(spelling, ([lead, before, after, lower]) => {
        const name = before + lead + after;
        expect(canonicalLead(lower ? name.toLowerCase() : name.toUpperCase())).toBe(lead);
      }),
    );
  });

  test('any text gives a lead that is its own canonical name, or nothing; long ones take no time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const lead = canonicalLead(text);
        if (lead !== undefined) expect(canonicalLead(lead)).toBe(lead);
      }),
      { numRuns: 2000 },
    );
    expect(canonicalLead(`I${' -'.repeat(1e6)}x`)).toBeUndefined();
  });
});
