import {
  buildQuestionSet,
  englishReport,
  openPtbxl,
  parseScpCodes,
  patientBackground,
  splitByFold,
  superclasses,
} from '@heartllm/ecg-datasets';
import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** A small seeded generator (a linear congruence), enough for tests. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const files = testFiles(import.meta.url, './fixtures/ptbxl/');
const { rows, statements } = await openPtbxl(files);
const byId = new Map(rows.map((row) => [row.ecgId, row]));

describe("PTB-XL's tables", () => {
  test('the first ECG is read as the table has it', () => {
    expect(byId.get(1)).toMatchObject({
      patientId: 15709,
      age: 56,
      sex: 'female',
      weight: 63,
      scpCodes: { NORM: 100, LVOLT: 0, SR: 0 },
      fold: 3,
      filename500: 'records500/00000/00001_hr',
    });
    expect(statements.size).toBe(71);
  });

  test('no patient is in two parts of the split', () => {
    const { train, validation, test: held } = splitByFold(rows);
    expect(train.length + validation.length + held.length).toBe(rows.length);
    expect(train.every((row) => row.fold <= 8) && validation.every((row) => row.fold === 9)).toBe(true);
    const patients = [train, validation, held].map((part) => new Set(part.map((row) => row.patientId)));
    for (const id of patients[0]) expect(patients[1].has(id) || patients[2].has(id)).toBe(false);
  });

  test('superclasses follow the diagnostic statements', () => {
    expect([...superclasses(byId.get(1)!, statements)]).toEqual(['NORM']);
  });

  test('a missing column is named with its file', async () => {
    const broken = {
      size: files.size,
      read: async (path: string) => {
        const bytes = await files.read(path);
        if (path !== 'ptbxl_database.csv') return bytes;
        return new TextEncoder().encode(new TextDecoder().decode(bytes).replace('scp_codes', 'codes'));
      },
    };
    await expect(openPtbxl(broken)).rejects.toThrow(/ptbxl_database\.csv.*scp_codes/);
  });
});

describe('SCP codes', () => {
  test('what Python prints for a dict is read back', () => {
    const code = fc.stringMatching(/^[A-Z0-9_]{1,8}$/).filter((name) => name !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(code, fc.integer({ min: 0, max: 100 })), (codes) => {
        const python = `{${Object.entries(codes)
          .map(([name, likelihood]) => `'${name}': ${likelihood}.0`)
          .join(', ')}}`;
        expect({ ...parseScpCodes(python) }).toEqual({ ...codes });
      }),
    );
  });
});

describe('reports and backgrounds', () => {
  test('an English report names rhythm and normality in lower case', () => {
    expect(englishReport(byId.get(2)!, statements)).toContain('sinus bradycardia');
    for (const row of rows) {
      const report = englishReport(row, statements);
      expect(report).toBe(report.toLowerCase());
      if (Object.keys(row.scpCodes).length > 0) expect(report).toMatch(/\.$/);
    }
  });

  test('a background holds age, sex, height and weight only', () => {
    for (const row of rows) {
      for (const field of Object.keys(patientBackground(row)))
        expect(['age', 'sex', 'height', 'weight']).toContain(field);
    }
  });
});

describe('question sets', () => {
  const questions = buildQuestionSet(rows, statements, { perRecord: 8, random: seeded(7) });

  test('every verify question is answered yes as often as no', () => {
    const balance = new Map<string, number>();
    for (const { type, question, answer } of questions) {
      if (type !== 'single-verify') continue;
      balance.set(question, (balance.get(question) ?? 0) + (answer[0] === 'yes' ? 1 : -1));
    }
    expect(balance.size).toBeGreaterThan(5);
    for (const [question, difference] of balance) expect([question, difference]).toEqual([question, 0]);
  });

  test('all three types occur, at most as many per ECG as asked for', () => {
    expect(new Set(questions.map(({ type }) => type))).toEqual(
      new Set(['single-verify', 'single-choose', 'single-query']),
    );
    const perEcg = new Map<number, number>();
    for (const { ecgId } of questions) perEcg.set(ecgId, (perEcg.get(ecgId) ?? 0) + 1);
    expect(Math.max(...perEcg.values())).toBeLessThanOrEqual(8);
  });

  test('the same seed gives the same set', () => {
    expect(buildQuestionSet(rows, statements, { perRecord: 8, random: seeded(7) })).toEqual(questions);
  });

  test('no patient, date or device is in any question or answer', () => {
    const text = questions.map(({ question, answer }) => `${question} ${answer.join(' ')}`).join('\n');
    for (const row of rows) expect(text.includes(`${row.patientId}`)).toBe(false);
    expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}|CS-12|AT-6/);
  });
});
