import type { EcgInput } from '../ecg-input.ts';

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
