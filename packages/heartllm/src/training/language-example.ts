import { codeStrip } from '@heartllm/ecg-plot';
import type { FinetuneExample } from '@heartllm/training';
import {
  codesToIds,
  type QuestionExample,
  questionPrompt,
  type ReportExample,
  reportPrompt,
} from '@heartllm/vocab-bridge';
import { answerTable } from '../answer-table.ts';
import type { LanguageModel } from '../language-model.ts';

const QUESTIONS = 6;
const REPORTS = 2;
/** Enough to see what an answer is like. */
const ANSWER_TOKENS = 24;
const REPORT_TOKENS = 60;

/** HTML: a few questions and reports with what a model that is being trained writes; nothing where there are none. */
export async function answerExamples(model: LanguageModel, held: FinetuneExample[]): Promise<string> {
  const questions = held
    .filter((example): example is FinetuneExample & QuestionExample => 'question' in example)
    .slice(0, QUESTIONS);
  const reports = held
    .filter((example): example is FinetuneExample & ReportExample => !('question' in example))
    .slice(0, REPORTS);
  const answered = await model.generateBatch(
    questions.map((example) => questionPrompt(model.vocabulary, example)),
    ANSWER_TOKENS,
    [],
    questions,
  );
  const written = await model.generateBatch(
    reports.map((example) => reportPrompt(model.vocabulary, example)),
    REPORT_TOKENS,
    [],
    reports,
  );
  return answerTable('Questions and reports of fold 9, and what the model writes now', [
    ...questions.map(({ question, answer }, i) => ({ question, text: answered[i].text, label: answer })),
    ...reports.map(({ report }, i) => ({ question: 'Report', text: written[i].text, label: report })),
  ]);
}

const ECGS = 4;
/** The longest of the published windows. */
const FORECAST = 30;
/** A code is 32 ms of paper. */
const STRIP_MM = FORECAST * 0.032 * 25;

/** HTML: how a model that is being trained goes on with the codes of a few ECGs, above how they went on. */
export async function forecastExamples(
  { llama, vocabulary }: LanguageModel,
  held: ArrayLike<number>[],
  levels: number[],
): Promise<string> {
  const ecgs = held.slice(0, ECGS).map((codes) => Array.from(codes));
  if (!ecgs.length) return '';
  const { bosId, startEcgId, eosId, padId, firstCodeId, codes: count } = vocabulary;
  const prompts = ecgs.map((codes) => [bosId, startEcgId, ...codesToIds(vocabulary, codes.slice(0, -FORECAST))]);
  const options = { maxNewTokens: FORECAST, eosTokenId: eosId, padTokenId: padId };
  const rows = await llama.generate(prompts, options);
  const strips = ecgs.map((codes, i) => {
    const actual = codes.slice(-FORECAST);
    // a word that is no code ends the forecast, as it would end the ECG
    const ids = rows[i].slice(prompts[i].length).map((id) => id - firstCodeId);
    const end = ids.findIndex((code) => code < 0 || code >= count);
    const forecast = end < 0 ? ids : ids.slice(0, end);
    const right = forecast.filter((code, at) => code === actual[at]).length;
    const strip = (some: number[], y: number) => codeStrip(some, { x: 0, y, height: 2.8, width: STRIP_MM, levels });
    return `<figure><svg xmlns="http://www.w3.org/2000/svg" width="${4 * STRIP_MM}mm" height="24mm" viewBox="0 0 ${STRIP_MM} 6">${strip(actual, 0)}${strip(forecast, 3.2)}</svg><figcaption>${right} of ${actual.length} codes right</figcaption></figure>`;
  });
  return `<section><h2>Forecasts for fold 9</h2><p>Above the last ${FORECAST} codes of an ECG, below what the model makes of those before.</p><div class="charts">${strips.join('\n')}</div></section>`;
}
