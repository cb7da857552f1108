import type { Knowledge } from '@heartllm/constrain';
import type { Fidelity, Recording, TokenizedRecording } from '@heartllm/fsq-tokenizer';

/** An ECG as a language model takes it. */
export interface EcgInput {
  /** One per 32 ms, 0..codes-1: 313 of 0..1295 for 10 s and the published tokenizer. */
  codes: ArrayLike<number>;
  /**
   * What the codes were rounded from, [codes * D], for a model without discretization; it takes the rounded values if they
   * are not given.
   */
  points?: Float32Array;
}

/** One ECG as codes, and all that belongs to them; whatever takes an ECG takes it, too. */
export interface TokenizedEcg extends TokenizedRecording {
  /** How many of its codes differ. */
  codesUsed: number;
  /** Codes per second of ECG, 31.25 for the published tokenizer. */
  tokensPerSecond: number;
}

/** An ECG turned into codes and back. */
export interface ReconstructedEcg extends TokenizedEcg {
  /** [leads][samples] in the units and the lead order of the record; a lead the model doesn't know is all NaN. */
  signal: Float32Array[];
  /** Mean squared error on the z-scored signal. */
  mse: number;
  /** The same per lead, in the model's lead order. */
  msePerLead: number[];
  /** What else is lost, in the model's lead order; ST levels in mV, NaN for a lead whose unit is not a voltage. */
  fidelity: Fidelity;
  /** exp of the entropy of the codes: how many they are, the rare ones counted less. At most 313, as long as the ECG is. */
  perplexity: number;
  /** Of the codes, 31.25 * log2(1296) = 323.1; the gains of twelve leads are 768 more bits per ECG. */
  bitsPerSecond: number;
}

/** What the language model wrote. */
export interface Generated {
  /** Without control words and ECG codes, and without spaces around it; may be empty. */
  text: string;
  /** Length of the prompt in tokens, ECG codes included. */
  promptTokens: number;
  /** Tokens of the answer, the end of text included if it came. */
  generatedTokens: number;
  /** Generated tokens per second, the reading of the prompt included. */
  tokensPerSecond: number;
}

/** What the model said to a question. */
export interface Answer extends Generated {
  /** As it was asked. */
  question: string;
  /** The answers in the text, split at '.' as in ECG-QA. */
  answer: string[];
}

/** What the model wrote about an ECG. */
export interface Report extends Generated {
  /** The same as `text`. */
  report: string;
}

/** How a question is answered. */
export interface AskOptions {
  /** Lets only what can answer the question be written, see {@link Knowledge}. */
  constrain?: Knowledge | undefined;
}

/** What a report is written with besides the ECG. */
export interface ReportOptions {
  /** Lets only sentences of the ontology be written, none of which contradict each other. */
  constrain?: Knowledge | undefined;
  /** What is known about the patient, as `patientBackground` of @heartllm/vocab-bridge words it; identifiers in it never reach the model. */
  background?: string;
}

/** A recording, or its codes where they are known already. */
export type Ecg = Recording | EcgInput;
