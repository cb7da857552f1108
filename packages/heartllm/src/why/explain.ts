import type { EcgInput } from '../ecg-input.ts';
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
  /** Absent where a report is explained. */
  question?: string;
  answer: string;
  /** [codes], each 32 ms of the ECG: code i is of samples 16 i to 16 i + 15 at 500 Hz. */
  codes: Int32Array;
  /** Of the answer, in nats. */
  logProbability: number;
  attention: AnswerAttention;
  /** [codes]: by how much log p of the answer falls, in nats, the mean over the masked windows that a code is in. */
  occlusion: Float32Array;
  windows: OccludedWindow[];
  /** Spearman's rank correlation of rolled out attention and occlusion over the windows; null where one of both is even. */
  agreement: number | null;
}

/** Told while an explanation is made. */
export type ExplainEvent =
  | { type: 'answer'; answer: string; logProbability: number }
  | { type: 'attention'; attention: AnswerAttention }
  | OcclusionEvent;

export interface ExplainOptions extends OcclusionOptions {
  onProgress?: (event: ExplainEvent) => void;
}

/** A prompt about an ECG, and the answer to be explained. */
export interface ToExplain {
  question?: string;
  prompt: number[];
  ecg: EcgInput;
  /** Without it the model writes one of at most so many tokens. */
  answer?: string;
  maxNewTokens: number;
}

/** Explains the answer to a prompt; see {@link Explanation}. */
export async function explain(
  language: LanguageModel,
  { question, prompt, ecg, answer: given, maxNewTokens }: ToExplain,
  { onProgress, signal, ...options }: ExplainOptions = {},
): Promise<Explanation> {
  signal?.throwIfAborted();
  const { vocabulary } = language;
  const written =
    given === undefined
      ? await language.write(prompt, maxNewTokens, ecg)
      : [...vocabulary.encodeText(given), vocabulary.eosId];
  const codes = Int32Array.from(ecg.codes);
  // behind the codes their end, a word that no question can spell
  const firstCode = prompt.lastIndexOf(vocabulary.endEcgId) - codes.length;
  const asked: AskedText = { prompt, answer: written, firstCode, ecg };
  const answer = given ?? vocabulary.decodeText(written).trim();
  const [logProbability] = await language.logProbabilities([prompt], written, [ecg]);
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
    ...(question !== undefined && { question }),
    answer,
    codes,
    logProbability,
    attention,
    occlusion: meanPerCode(windows, drops, codes.length),
    windows,
    agreement: rankCorrelation(meanPerWindow(windows, attention.rollout), drops),
  };
}
