import type { PrepareOptions, Source } from '@heartllm/ecg-io';
import { EcgTokenizer, numbersOf, type Recording } from '@heartllm/fsq-tokenizer';
import { questionPrompt, reportPrompt, splitAnswer } from '@heartllm/vocab-bridge';
import { LanguageModel } from './language-model.ts';
import { defaultModel, MANIFEST_FILE, type ModelManifest, parseManifest } from './model-manifest.ts';
import { reconstruct } from './reconstruct.ts';
import type {
  Answer,
  AskOptions,
  Ecg,
  EcgInput,
  ReconstructedEcg,
  Report,
  ReportOptions,
  TokenizedEcg,
} from './results.ts';
import { askText } from './why/asked-text.ts';
import { type ExplainOptions, type Explanation, explain } from './why/explain.ts';

// the published system's limits
export const ANSWER_TOKENS = 170;
export const REPORT_TOKENS = 200;

/**
 * The whole way from a 12-lead ECG to codes, answers and a report. `useBackend` of @heartllm/backend comes first.
 *
 * ```ts
 * await useBackend();
 * const model = await HeartLlm.load(); // the embedded model
 * const record = await readRecord(folderSource('ptb-xl'), 'records500/00000/00001_hr');
 * const { answer } = await model.ask(record, 'Is this ECG normal?');
 * ```
 */
export class HeartLlm {
  /** The model folder's heartllm.json. */
  readonly manifest: ModelManifest;
  /** The model's ECG tokenizer, for codes without the rest: many recordings, streams, points. */
  readonly tokenizer: EcgTokenizer;
  readonly #source: Source;
  #language: Promise<LanguageModel> | undefined;

  private constructor(manifest: ModelManifest, tokenizer: EcgTokenizer, source: Source) {
    this.manifest = manifest;
    this.tokenizer = tokenizer;
    this.#source = source;
  }

  /**
   * Opens a model folder. The language model is loaded when it is first asked.
   *
   * @param source the folder; without it the embedded model (in Node)
   * @throws ModelFolderError when heartllm.json is wrong, or no model is given and the embedded one is not there;
   *   TokenizerConfigError when the tokenizer's files do not fit together; whatever the source throws for a missing file
   */
  static async load(source?: Source): Promise<HeartLlm> {
    const folder = source ?? (await defaultModel());
    const manifest = parseManifest(new TextDecoder().decode(await folder.read(MANIFEST_FILE)));
    const tokenizer = await EcgTokenizer.load(folder, tokenizerFolder(manifest));
    return new HeartLlm(manifest, tokenizer, folder);
  }

  /** SHA-256, in hex, of the ECG tokenizer's two files: models that share them give the same codes. */
  async tokenizerHashes(): Promise<{
    /** Of model.safetensors. */
    weights: string;
    /** Of config.json. */
    config: string;
  }> {
    const [weights, config] = await Promise.all(
      ['model.safetensors', 'config.json'].map(async (name) => {
        const bytes = await this.#source.read(`${tokenizerFolder(this.manifest)}/${name}`);
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
        return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
      }),
    );
    return { weights, config };
  }

  /** What the model takes, for `prepare` of @heartllm/ecg-io: other rates, lengths and lead sets are made to fit with it. */
  get input(): PrepareOptions {
    const { leads, sampling_rate, samples } = this.tokenizer.config;
    return { leads, fs: sampling_rate, seconds: samples / sampling_rate, gaps: { upTo: Number.POSITIVE_INFINITY } };
  }

  /**
   * An ECG to codes, in one pass with all that belongs to them.
   *
   * @param record at the model's rate and of its length, leads in any order, in any unit (mV for a causal tokenizer); `prepare` of
   *   @heartllm/ecg-io makes others fit with {@link HeartLlm.input}
   * @throws RecordingError when the record doesn't fit: leads, rate, length, a lead without valid samples
   */
  async tokenize(record: Recording): Promise<TokenizedEcg> {
    const tokenized = this.tokenizer.tokenize(record);
    const { sampling_rate, encoder } = this.tokenizer.config;
    const codesUsed = new Set(tokenized.codes).size;
    return { ...tokenized, codesUsed, tokensPerSecond: sampling_rate / 2 ** encoder.blocks };
  }

  /**
   * An ECG to codes and back, with what is lost on the way.
   *
   * @param record as for {@link HeartLlm.tokenize}; `units` one per lead, 'mV' if they are not given
   * @param tokenized what {@link HeartLlm.tokenize} gave for it, if that is known already
   * @throws RecordingError as {@link HeartLlm.tokenize}; Error when the model has no decoder
   */
  async reconstruct(record: Recording, tokenized?: TokenizedEcg): Promise<ReconstructedEcg> {
    return reconstruct(this.tokenizer, record, tokenized ?? (await this.tokenize(record)));
  }

  /**
   * Answers a question about an ECG, greedily, with at most 170 tokens, the published limit.
   *
   * @param ecg as for {@link HeartLlm.tokenize}, or its codes
   * @param question in English, as the questions that the model was trained on
   * @throws RecordingError as {@link HeartLlm.tokenize}; ModelFolderError as {@link HeartLlm.language}; VocabularyError for a value
   *   that is no code, and where answers are constrained and the vocabulary is no byte-level BPE's
   */
  async ask(ecg: Ecg, question: string, options: AskOptions = {}): Promise<Answer> {
    return last(this.askStream(ecg, question, options));
  }

  /**
   * The same while it is written: the answer so far after every token, the whole one last. Whoever leaves the loop stops
   * the model.
   *
   * ```ts
   * for await (const { text } of model.askStream(record, 'Is this ECG normal?')) show(text);
   * ```
   */
  async *askStream(
    ecg: Ecg,
    question: string,
    { constrain }: AskOptions = {},
  ): AsyncGenerator<Answer, void, undefined> {
    const language = await this.language();
    const input = await this.#input(ecg);
    const prompt = questionPrompt(language.vocabulary, { codes: input.codes, question });
    for await (const generated of language.stream(
      prompt,
      ANSWER_TOKENS,
      input,
      constrain?.answersTo(question).sayings,
    )) {
      yield { question, answer: splitAnswer(generated.text), ...generated };
    }
  }

  /**
   * Writes a report about an ECG, greedily, with at most 200 tokens, the published limit.
   *
   * @param ecg as for {@link HeartLlm.tokenize}, or its codes
   * @throws as {@link HeartLlm.ask}; KnowledgeError where reports are constrained and the ontology knows no sentence
   */
  async report(ecg: Ecg, options: ReportOptions = {}): Promise<Report> {
    return last(this.reportStream(ecg, options));
  }

  /** The same while it is written, as {@link HeartLlm.askStream}. */
  async *reportStream(
    ecg: Ecg,
    { background, constrain }: ReportOptions = {},
  ): AsyncGenerator<Report, void, undefined> {
    const language = await this.language();
    const input = await this.#input(ecg);
    const prompt = reportPrompt(language.vocabulary, { codes: input.codes, background });
    for await (const generated of language.stream(prompt, REPORT_TOKENS, input, constrain?.reports)) {
      yield { report: generated.text, ...generated };
    }
  }

  /**
   * Why the model answers as it does: its attention over the ECG while it wrote, and how the probability of the answer falls
   * when parts of the ECG are masked, in windows of 8 codes (256 ms) every 4. 78 readings of the prompt: seconds.
   *
   * ```ts
   * const { attention, occlusion, agreement } = await model.explain(record, 'Is this a normal ECG?');
   * attention.rollout; // Float32Array(313), one value per 32 ms
   * ```
   *
   * @param answer to be explained; by default what the model answers
   * @param options `onProgress` is told the answer, the attention, and every batch of masked windows
   *   `signal` ends it between two batches
   * @throws as {@link HeartLlm.ask}; RangeError for windows that would leave codes out; what the signal was aborted with
   */
  async explain(
    ecg: Ecg,
    question: string,
    answer?: string,
    { constrain, ...options }: ExplainOptions & AskOptions = {},
  ): Promise<
    Explanation & {
      /** As it was asked. */
      question: string;
    }
  > {
    const language = await this.language();
    const input = await this.#input(ecg);
    const prompt = questionPrompt(language.vocabulary, { codes: input.codes, question });
    const sayings = constrain?.answersTo(question).sayings;
    const text = await askText(language, { prompt, ecg: input, answer, maxNewTokens: ANSWER_TOKENS, sayings });
    return { question, ...(await explain(language, text, options)) };
  }

  /**
   * The same for a report.
   *
   * @param report to be explained; by default what the model writes
   * @param options `background` and `constrain`: as for {@link HeartLlm.report}
   * @throws as {@link HeartLlm.explain} and {@link HeartLlm.report}
   */
  async explainReport(
    ecg: Ecg,
    report?: string,
    { background, constrain, ...options }: ExplainOptions & ReportOptions = {},
  ): Promise<Explanation> {
    const language = await this.language();
    const input = await this.#input(ecg);
    const prompt = reportPrompt(language.vocabulary, { codes: input.codes, background });
    const sayings = constrain?.reports;
    const text = await askText(language, { prompt, ecg: input, answer: report, maxNewTokens: REPORT_TOKENS, sayings });
    return explain(language, text, options);
  }

  /**
   * The language model itself, for many prompts at once; loaded when it is first asked for, and freed with this.
   *
   * @throws ModelFolderError when the folder holds none, or one for another codebook; LlamaError and VocabularyError for files that
   *   this runtime cannot take
   */
  language(): Promise<LanguageModel> {
    this.#language ??= LanguageModel.load(this.#source, this.manifest, this.tokenizer.fsq).then((model) => {
      // nothing is trained here: folded into the base, the adapter costs no time per token
      if (model.llama.lora) model.llama.mergeLora();
      return model;
    });
    return this.#language;
  }

  /** Frees the language model's weights, those of one that is still being loaded when it is there. */
  async dispose(): Promise<void> {
    const loading = this.#language;
    this.#language = undefined;
    (await loading?.catch(() => undefined))?.dispose(); // one that did not load holds nothing
  }

  /** Codes and points that travelled as JSON are as good as others. */
  async #input(ecg: Ecg): Promise<EcgInput> {
    if (!('codes' in ecg)) return this.tokenizer.tokenize(ecg);
    const { codes, points } = ecg;
    return {
      codes: numbersOf('codes', codes),
      ...(points && { points: Float32Array.from(numbersOf('points', points)) }),
    };
  }
}

/** The last of a stream that has at least one. */
async function last<T>(stream: AsyncGenerator<T, void, undefined>): Promise<T> {
  let latest: T | undefined;
  for await (latest of stream);
  return latest as T;
}

function tokenizerFolder({ contents }: ModelManifest): string {
  return contents.ecgTokenizer ?? 'ecg-tokenizer';
}
