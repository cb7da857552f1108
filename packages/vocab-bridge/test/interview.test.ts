import { expect, test } from 'vitest';
import { buildInterviewBatch, EcgVocabulary } from '../src/index.ts';
import { tinyLlama } from './golden.ts';

const vocabulary = new EcgVocabulary(tinyLlama);

test('an ECG, then questions with answers and the report; answers, report and their ends count', () => {
  const { inputIds, attentionMask, labels } = buildInterviewBatch(vocabulary, [
    {
      codes: [5, 1295],
      questions: [
        { question: 'Is it normal?', answer: 'yes' },
        { question: 'Which?', answer: 'a.b' },
      ],
      report: 'sinus rhythm.',
    },
    { codes: [7], questions: [{ question: 'Is it normal?', answer: 'no' }] },
  ]);
  const wordsOf = (ids: number[]) => vocabulary.decodeText(ids.filter((id) => id >= 0 && id < vocabulary.firstCodeId));
  expect(wordsOf(inputIds[0])).toBe('Question:Is it normal? Answer:yesQuestion:Which? Answer:a.b Report:sinus rhythm.');
  expect(inputIds[0].slice(0, 5)).toEqual([
    vocabulary.bosId,
    vocabulary.startEcgId,
    vocabulary.firstCodeId + 5,
    vocabulary.firstCodeId + 1295,
    vocabulary.endEcgId,
  ]);
  const targets = ['yes', 'a.b', 'sinus rhythm.'].flatMap((text) => [...vocabulary.encodeText(text), vocabulary.eosId]);
  expect(labels[0].filter((label) => label !== -100)).toEqual(targets);
  expect(labels[0].every((label, t) => label === -100 || label === inputIds[0][t])).toBe(true);

  const padding = inputIds[0].length - attentionMask[1].reduce((a, b) => a + b);
  expect(inputIds[1].slice(0, padding).every((id) => id === vocabulary.padId)).toBe(true);
  expect(labels[1].filter((label) => label !== -100)).toEqual([...vocabulary.encodeText('no'), vocabulary.eosId]);
});
