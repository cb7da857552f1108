import { describe, expect, test } from 'vitest';
import { joinAnswer, patientBackground, splitAnswer, VocabularyError, withoutIdentifiers } from '../src/index.ts';
import { prompts } from './golden.ts';

describe('withoutIdentifiers', () => {
  test('drops IDs and dates of the published PTB-XL backgrounds and keeps age, sex, height and weight', () => {
    for (const background of [...prompts.report.background, ...prompts.qa.background]) {
      const cleared = withoutIdentifiers(background);
      expect(cleared).not.toMatch(/\bID\b|Date|19\d\d-|CS-12|AT-6/);
      expect(cleared).toMatch(
        /^Patient Information: - Age: \d+; - Sex: [01]; - Height: (nan|\d+); - Weight: (nan|\d+); Recording Details: $/,
      );
    }
  });

  test('drops IDs of the MIMIC-IV-ECG form and keeps the filter settings', () => {
    const mimic =
      'Recording Details: - Patient ID: 12345678; - Recording Date: 2123-02-10 21:30:00; - Device ID: 6632385; - Bandwidth: 0.005-150 Hz; - Filtering: 60 Hz notch Baseline filter.';
    expect(withoutIdentifiers(mimic)).toBe(
      'Recording Details: - Bandwidth: 0.005-150 Hz; - Filtering: 60 Hz notch Baseline filter.',
    );
  });

  test.each([
    ['Patient ID: 15709', ''],
    ['patient id: 15709; Age: 56', 'Age: 56'],
    ['patient_id: 3; patientId: 4; - Sex: 1;', '- Sex: 1;'],
    ['Patient Information: Age: 56, Patient ID: 5, Sex: 1; - Weight: 63;', '- Weight: 63;'],
    ['- Name: Jane Doe; - Date of birth: 1960-01-01; - Age: 56;', '- Age: 56;'],
    ['- MRN: 1; - Phone: 2; - E-mail: a@b.c; - Address: X', ''],
    [
      'known idiopathic cardiomyopathy; medication: beta blocker',
      'known idiopathic cardiomyopathy; medication: beta blocker',
    ],
    ['', ''],
    [';;', ';;'],
  ])('turns %j into %j', (background, cleared) => {
    expect(withoutIdentifiers(background)).toBe(cleared);
  });
});

describe('patientBackground', () => {
  test('words what is known as the published lists do', () => {
    expect(patientBackground({ age: 56, sex: 1, weight: 63 })).toBe(
      'Patient Information: - Age: 56; - Sex: 1; - Height: nan; - Weight: 63; ',
    );
    expect(patientBackground({ age: Number.NaN })).toBe(
      'Patient Information: - Age: nan; - Sex: nan; - Height: nan; - Weight: nan; ',
    );
  });

  test("refuses a sex that is not PTB-XL's 0 or 1", () => {
    expect(() => patientBackground({ sex: 2 })).toThrow(VocabularyError);
  });
});

describe('answers', () => {
  test('are joined and split at dots', () => {
    expect(joinAnswer(['qt corrected', 'rr interval'])).toBe('qt corrected.rr interval');
    expect(splitAnswer(' qt corrected.rr interval\n')).toEqual(['qt corrected', 'rr interval']);
    expect(splitAnswer(joinAnswer(['yes']))).toEqual(['yes']);
  });
});
