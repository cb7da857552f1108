import { strip } from './words.ts';

/**
 * Whether a predicted answer is right as ECG-QA counts it: the set of its parts between '.' equals the set of answers.
 * Letter case and inner blanks count, order and repetition do not, and 'yes.' is wrong: it has an empty part.
 *
 * @param prediction what was generated; blanks around it do not count
 * @param answers the right answers, one text each
 */
export function exactMatch(prediction: string, answers: readonly string[]): boolean {
  const given = new Set(strip(prediction).split('.'));
  const expected = new Set(answers);
  return given.size === expected.size && [...given].every((part) => expected.has(part));
}
