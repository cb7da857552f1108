import type { EcgRecord } from '@heartllm/ecg-io';
import { questionPrompt } from '@heartllm/vocab-bridge';
import { ANSWER_TOKENS, type HeartLlm } from '../pipeline.ts';
import { askText } from '../why/asked-text.ts';
import { explain } from '../why/explain.ts';
import type { waveQuestions } from './wave-questions.ts';
import { mapShares, maskParts, type Turned, timeShares, type WhyAsked, type WhyRecord } from './why-record.ts';

/** What `heartllm eval why` is made with. */
export interface WhyRun {
  model: HeartLlm;
  seed: number;
  /** Of the data set, from its beginning; all by default. */
  records?: number;
  /** Questions about each part of the beat. */
  perPart: number;
  /** Codes of an occluded window, and from one to the next. */
  window: number;
  stride: number;
  batchSize: number;
  /** The backend's name: its last bits are its own. */
  backend: string;
  /** File for what was asked about each record; a run that was ended goes on with it. */
  out?: string | undefined;
  signal: AbortSignal;
}

/** Asks every question about a record, and why it was answered so. */
export async function askWhy(
  record: EcgRecord,
  turned: Turned,
  questions: ReturnType<typeof waveQuestions>,
  { model, window, stride, batchSize, signal }: WhyRun,
): Promise<WhyRecord> {
  const language = await model.language();
  const ecg = await model.tokenize(record);
  const asked: WhyAsked[] = [];
  for (const { part, question } of questions) {
    const prompt = questionPrompt(language.vocabulary, { codes: ecg.codes, question });
    const text = await askText(language, { prompt, ecg, maxNewTokens: ANSWER_TOKENS });
    const why = await explain(language, text, { window, stride, batchSize, signal });
    const changes = await maskParts(language, text, why.logProbability, turned);
    const { answer, agreement } = why;
    asked.push({ part, yes: answer === 'yes', maps: mapShares(why, turned), agreement, ...changes });
  }
  return { time: timeShares(turned.waves), asked };
}
