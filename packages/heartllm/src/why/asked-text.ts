import type { Sayings } from '@heartllm/constrain';
import type { LanguageModel } from '../language-model.ts';
import type { EcgInput } from '../results.ts';

/** A prompt about an ECG and the answer to it, in ids of the vocabulary. */
export interface AskedText {
  /** Up to where the answer begins. */
  prompt: number[];
  /** With the end of text, unless the answer was cut before it. */
  answer: number[];
  /** Place of the first code in the prompt. */
  firstCode: number;
  /** Whose codes are in the prompt. */
  ecg: EcgInput;
}

/** What is to be explained. */
export interface ToExplain {
  prompt: number[];
  ecg: EcgInput;
  /** By default the model writes one, of at most `maxNewTokens` tokens and, where they are given, one of the sayings. */
  answer?: string;
  maxNewTokens: number;
  sayings?: Sayings;
}

/** A prompt with its answer. */
export async function askText(
  language: LanguageModel,
  { prompt, ecg, answer, maxNewTokens, sayings }: ToExplain,
): Promise<AskedText> {
  const { vocabulary } = language;
  return {
    prompt,
    ecg,
    answer:
      answer === undefined
        ? await language.write(prompt, maxNewTokens, ecg, sayings)
        : [...vocabulary.encodeText(answer), vocabulary.eosId],
    // behind the codes their end, a word that no question can spell
    firstCode: prompt.lastIndexOf(vocabulary.endEcgId) - ecg.codes.length,
  };
}
