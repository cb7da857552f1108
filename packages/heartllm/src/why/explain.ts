import type { LanguageModel } from '../language-model.ts';
import type { AskedText } from './asked-text.ts';
import { type AnswerAttention, answerAttention } from './attention.ts';
import { type OccludedWindow, type OcclusionEvent, type OcclusionOptions, occlude } from './occlusion.ts';
import { rankCorrelation } from './rank-correlation.ts';
import { meanPerCode, meanPerWindow } from './windows.ts';

/**
 * What an answer hangs on: where the model looked while it wrote, and what it cannot do without. The first alone is no
 * evidence for the second (Jain & Wallace 2019, arXiv 1902.10186).
 */
export interface Explanation {
  /** What is explained: what the model wrote, or what was given. */
  answer: string;
  /** [codes], each 32 ms of the ECG: code i is of samples 16 i to 16 i + 15 at 500 Hz. */
  codes: Int32Array;
  /** Of the whole answer, with the end of text if it came, in nats: at most 0. */
  logProbability: number;
  /** Where the model looked while it wrote. */
  attention: AnswerAttention;
  /** For each code, by how much log p of the answer falls, in nats, the mean over the masked windows that a code is in. */
  occlusion: Float32Array;
  /** The masked windows, in the order of time. */
  windows: OccludedWindow[];
  /** Spearman's rank correlation of rolled out attention and occlusion over the windows; null where one of both is even. */
  agreement: number | null;
}

/** Told while an explanation is made. */
export type ExplainEvent =
  | {
      /** Comes first, when the answer is known. */
      type: 'answer';
      /** As in {@link Explanation}. */
      answer: string;
      /** In nats, as in {@link Explanation}. */
      logProbability: number;
    }
  | {
      /** Comes second, before any window is masked. */
      type: 'attention';
      /** As in {@link Explanation}. */
      attention: AnswerAttention;
    }
  | OcclusionEvent;

/** How answers are explained: the masked windows, and who is told of the progress. */
export interface ExplainOptions extends OcclusionOptions {
  /** Is told the answer, the attention, and every batch of masked windows. */
  onProgress?: (event: ExplainEvent) => void;
}

/** Explains the answer of a text; see {@link Explanation}. */
export async function explain(
  language: LanguageModel,
  asked: AskedText,
  { onProgress, signal, ...options }: ExplainOptions = {},
): Promise<Explanation> {
  signal?.throwIfAborted();
  const { prompt, ecg } = asked;
  const codes = Int32Array.from(ecg.codes);
  const answer = language.vocabulary.decodeText(asked.answer).trim();
  const [logProbability] = await language.logProbabilities([prompt], asked.answer, [ecg]);
  onProgress?.({ type: 'answer', answer, logProbability });
  signal?.throwIfAborted();
  const attention = await answerAttention(language, asked);
  onProgress?.({ type: 'attention', attention });

  const windows: OccludedWindow[] = [];
  for await (const event of occlude(language, asked, logProbability, { ...options, signal })) {
    windows.push(...event.windows);
    onProgress?.(event);
  }
  const drops = windows.map(({ drop }) => drop);
  return {
    answer,
    codes,
    logProbability,
    attention,
    occlusion: meanPerCode(windows, drops, codes.length),
    windows,
    agreement: rankCorrelation(meanPerWindow(windows, attention.rollout), drops),
  };
}
