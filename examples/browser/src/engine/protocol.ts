import type { EcgRecord } from '@heartllm/ecg-io';
import type { Answer, ModelManifest, Report } from 'heartllm';

/** Files by path, as they were dropped or picked. */
export type Files = Record<string, Blob>;

export type BackendChoice = 'auto' | 'webgpu' | 'wasm';

export interface OpenInput {
  /** The embedded model by URL with what to fetch, or files of one's own. */
  model: { url: string; files: { path: string; size: number }[] } | { folder: Files };
  backend: BackendChoice;
  /** Where TensorFlow.js' .wasm files are. */
  tfjs: string;
}

/** How much of a model is read, in bytes. */
export interface OpenEvent {
  read: number;
  total: number;
}

export interface OpenedModel {
  manifest: Pick<ModelManifest, 'name' | 'description' | 'training' | 'license' | 'leads' | 'samplingRate'>;
  /** Whether it can be asked, or only tokenizes. */
  speaks: boolean;
  /** Levels of the quantizer. */
  levels: number[];
  /** Seconds that the model reads at once. */
  seconds: number;
  /** 'wasm (WebAssembly SIMD, 1 thread)' */
  backend: string;
}

/** A recording found among files. */
export interface Found {
  path: string;
  format: 'wfdb' | 'hdf5' | 'csv' | 'edf';
  /** How many exams an HDF5 file holds, else 1. */
  count: number;
}

export interface ReadInput {
  /** Files of one's own, or the URL of a folder. */
  from: Files | string;
  path: string;
  format: Found['format'];
  /** Which exam of the file. */
  index: number;
  /** Samples per second of a file that does not say. */
  fs?: number;
  /** Unit of its leads, likewise. */
  units?: string;
}

/** An ECG as the model read it. */
export interface TokenizedView {
  /** What the language model is given. */
  input: { codes: Int32Array; points: Float32Array };
  /** As the codes give it back, in the unit of the recording; empty for a model without decoder. */
  decoded: { lead: string; unit: string; signal: Float32Array }[];
  /** Samples per second of `decoded`. */
  fs: number;
  /** Second of the recording at which the codes begin. */
  start: number;
  /** Mean squared error of the z-scored signal. */
  mse?: number;
  /** What was changed to make the recording fit. */
  warnings: string[];
}

type EcgInput = TokenizedView['input'];

/** Only what can be said may be written; with answers of one's own, these alone beside yes, no and none. */
export interface Constraint {
  answers?: string[];
}

/** Why an answer is as it is. */
export interface Why {
  /** What was looked at while it was written, by name: rolled out, and in each layer; [codes] each. */
  attention: { name: string; values: Float32Array }[];
  /** By how much log p of the answer falls without a code, in nats, [codes]. */
  occlusion: Float32Array;
  /** Of the answer, in nats. */
  logProbability: number;
  /** Rank correlation of attention and occlusion; null where one of both is even. */
  agreement: number | null;
}

/** What the page asks of the worker: input, events on the way, output. */
export interface Calls {
  open: { input: OpenInput; event: OpenEvent; output: OpenedModel };
  find: { input: { files: Files }; event: never; output: Found[] };
  read: { input: ReadInput; event: never; output: EcgRecord };
  tokenize: { input: { record: EcgRecord; start: number }; event: never; output: TokenizedView };
  ask: { input: { ecg: EcgInput; question: string; constrain?: Constraint }; event: Answer; output: Answer };
  report: { input: { ecg: EcgInput; constrain?: Constraint }; event: Report; output: Report };
  /** Without a question a report is explained. Events tell the share that is done. */
  why: { input: { ecg: EcgInput; question?: string; answer: string }; event: number; output: Why };
}

export type CallName = keyof Calls;

/** An error on its way out of the worker; `field` names what a reader could not find out. */
export interface Failure {
  name: string;
  message: string;
  field?: string;
}

export type ToWorker = { id: number; name: CallName; input: unknown } | { id: number; cancel: true };

export type FromWorker = { id: number } & ({ event: unknown } | { output: unknown } | { failure: Failure });
