import { ANSWER_TOKENS } from '../pipeline.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { AskedQuestions, EvalData } from './data.ts';
import { EvaluationError } from './error.ts';
import type { EvalQuestion } from './item.ts';
import { Prior } from './prior.ts';
import { type EvalRun, predictItems, tokenizeData } from './run.ts';
import { type QuestionResult, scoreQuestions } from './score-answers.ts';
import { answerWriter } from './writers.ts';

/** What `heartllm eval qa` tells. */
export interface QuestionEvaluation extends QuestionResult {
  dataset: string;
  records: number;
  /** Recordings and questions that are not in the scores, and recordings that were changed to fit. */
  leftOut: Record<string, number>;
  changed: number;
  /** The ontology that says what may be written, if one does. */
  constrainedBy?: string;
  priorFrom: string;
  notes: string[];
  constantCode: number;
  prompts: number;
  seconds: number;
}

/** Asks the model about every ECG, and so under every control, and scores the answers. */
export async function evaluateQuestions(
  data: EvalData,
  run: EvalRun & { perRecord: number },
  terminal: Terminal,
): Promise<QuestionEvaluation> {
  const writer = answerWriter(await run.model.language(), run.constrain); // a model that has none is refused before the work
  const { ecgs, kept, counts } = await tokenizeData(data, run, terminal);
  const asked = data.ask(kept, run);
  const questions = toItems(asked);
  if (!questions.some(({ counted }) => counted)) throw new EvaluationError(`${data.dataset}: no question to ask`);
  const { predictions, shown, prompts, seconds } = await predictItems(
    questions,
    ecgs,
    {
      ...run,
      writer,
      settings: { task: 'qa', dataset: data.dataset, perRecord: run.perRecord },
      fields: ({ type, attributeType, attribute, text, answer, counted }) => {
        return { type, attributeType, attribute, question: text, answer, counted };
      },
    },
    terminal,
  );
  const { changed, ...missed } = counts;
  return {
    ...scoreQuestions(questions, predictions, ecgs.length, run.seed),
    dataset: data.dataset,
    records: ecgs.length,
    leftOut: { ...missed, ...asked.leftOut },
    changed,
    ...(run.constrain && { constrainedBy: run.constrain.ontology.name }),
    priorFrom: asked.learnedFrom,
    notes: data.notes,
    constantCode: shown.constantCode,
    prompts,
    seconds,
  };
}

function toItems({ questions, learned }: AskedQuestions): EvalQuestion[] {
  const prior = new Prior(learned ?? questions.filter(({ counted }) => counted));
  return questions.map(({ question, ...asked }, id) => ({
    ...asked,
    id,
    text: question,
    yesNo: asked.type === 'single-verify',
    // the first token is enough where only the probability of yes counts
    group: asked.counted ? asked.type : 'weighed',
    maxNewTokens: asked.counted ? ANSWER_TOKENS : 1,
    ...(asked.counted && { prior: prior.answer({ type: asked.type, question }) }),
  }));
}
