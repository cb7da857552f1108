/**
 * ```ts
 * import { exactMatch, meteor, rouge, sentenceBleu, splitWords } from '@heartllm/text-metrics';
 * const reference = 'sinus rhythm with left axis deviation';
 * const prediction = 'sinus rhythms with left deviation';
 * const [r, h] = [splitWords(reference), splitWords(prediction)];
 * sentenceBleu(r, h, { weights: [0.5, 0.5], smoothing: 'method1' }); // 0.3661475238303926
 * meteor(r, h); // 0.8203389830508474
 * rouge(prediction, reference)['rouge-l']; // { p: 0.8, r: 0.6666666666666666, f: 0.7272727223140496 }
 * exactMatch('no.yes', ['yes', 'no']); // true
 * ```
 */
export { type AnsweredQuestion, type AnswerScores, type ExactMatches, scoreAnswers } from './answer-scores.ts';
export { type BleuOptions, sentenceBleu } from './bleu.ts';
export { exactMatch } from './exact-match.ts';
export { type MeteorOptions, meteor, type Synonyms } from './meteor.ts';
export { porterStem } from './porter.ts';
export { type ReportPair, type ReportScores, scoreReport, scoreReports } from './report-scores.ts';
export { type RougeScore, type RougeScores, rouge } from './rouge.ts';
export { splitWords } from './words.ts';
