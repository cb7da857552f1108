import type { Knowledge } from '@heartllm/constrain';
import { questionPrompt, reportPrompt } from '@heartllm/vocab-bridge';
import type { LanguageModel } from '../language-model.ts';
import { EvaluationError } from './error.ts';
import type { Writer } from './predict.ts';

/** Answers questions, and weighs yes against no; `constrain` says what may answer them. */
export function answerWriter(language: LanguageModel, constrain?: Knowledge): Writer {
  const { vocabulary } = language;
  const [yes, no] = ['yes', 'no'].map((word) => vocabulary.encodeText(word)[0]);
  if (yes === no)
    throw new EvaluationError("tokenizer.json: 'yes' and 'no' begin with the same token, so AUROC cannot be had");
  return async (prompts, maxNewTokens) => {
    const ids = prompts.map(({ codes, text }) => questionPrompt(vocabulary, { codes, question: text }));
    const possible = constrain && prompts.map(({ text }) => constrain.answersTo(text).sayings);
    const written = await language.generateBatch(ids, maxNewTokens, [yes, no], prompts, possible);
    return written.map(({ text, firstLogits: [forYes, forNo] }) => ({
      text,
      pYes: 1 / (1 + Math.exp(forNo - forYes)),
    }));
  };
}

/** Writes reports; `constrain` says of which sentences. */
export function reportWriter(language: LanguageModel, constrain?: Knowledge): Writer {
  return (prompts, maxNewTokens) => {
    const ids = prompts.map(({ codes, text }) => reportPrompt(language.vocabulary, { codes, background: text }));
    const possible = constrain && prompts.map(() => constrain.reports);
    return language.generateBatch(ids, maxNewTokens, [], prompts, possible);
  };
}
