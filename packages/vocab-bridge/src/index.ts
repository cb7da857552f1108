/**
 * ECG codes as words of a language model: vocabulary, prompts, batches, labels. No tensors; Node and browser.
 *
 * ```ts
 * import { buildQuestionBatch, EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
 *
 * const text = trainBpe(['sinus rhythm', 'sinus rhythm normal ecg'], { vocabSize: 280 });
 * const vocabulary = new EcgVocabulary(text);
 * const batch = buildQuestionBatch(vocabulary, [{ codes: [5, 1295], question: 'Is it normal?', answer: 'yes' }]);
 * ```
 */
export { type Patient, patientBackground, withoutIdentifiers } from './background.ts';
export { type Batch, type PromptBatch, padPrompts } from './batch.ts';
export { VocabularyError } from './error.ts';
export {
  buildQuestionBatch,
  buildReportBatch,
  type QuestionExample,
  type ReportExample,
  type TargetOptions,
} from './finetune.ts';
export { buildInterviewBatch, type InterviewExample } from './interview.ts';
export { buildPretrainBatch, type ForecastWindow, PRETRAIN_WINDOWS, type PretrainOptions } from './pretrain.ts';
export {
  joinAnswer,
  type QuestionPrompt,
  questionPrompt,
  type ReportOptions,
  type ReportPrompt,
  reportPrompt,
  splitAnswer,
} from './prompts.ts';
export { type AddedToken, extendTokenizer, type TokenizerJson } from './tokenizer-json.ts';
export { type TrainBpeOptions, trainBpe } from './train-bpe.ts';
export { codesToIds, EcgVocabulary, idsToCodes, type VocabularyOptions } from './vocabulary.ts';
