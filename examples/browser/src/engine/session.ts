import { useBackend } from '@heartllm/backend';
import { Knowledge } from '@heartllm/constrain';
import { blobSource, crop, type EcgRecord, prepare, type Source, selectLeads } from '@heartllm/ecg-io';
import { type Answer, type ExplainOptions, HeartLlm, type Report } from 'heartllm';
import { counted } from './counted-source.ts';
import { fetchFiles } from './fetch-files.ts';
import type { Calls, Constraint, OpenedModel, OpenInput, TokenizedView, Why } from './protocol.ts';
import type { Context } from './worker.ts';

/** The model that is open, and what it is asked. */
export class Session {
  #model: HeartLlm | undefined;

  /** Opens a model in the place of the one before. */
  async open({ model, backend, tfjs }: OpenInput, { progress, signal }: Context<'open'>): Promise<OpenedModel> {
    await this.#model?.dispose();
    this.#model = undefined;
    const { name, device } = await useBackend(backend, { wasmPaths: tfjs });
    const source: Source =
      'url' in model
        ? await fetchFiles(model.url, model.files, progress, signal)
        : counted(blobSource(model.folder), model.folder, progress);
    const opened = await HeartLlm.load(source);
    const speaks = opened.manifest.contents.llm !== undefined;
    if (speaks) await opened.language();
    this.#model = opened;
    const { config } = opened.tokenizer;
    const { name: title, description, training, license, leads, samplingRate } = opened.manifest;
    return {
      manifest: { name: title, description, training, license, leads, samplingRate },
      speaks,
      levels: config.levels,
      seconds: config.samples / config.sampling_rate,
      backend: `${name} (${device})`,
    };
  }

  /**
   * The codes of a recording and what they give back.
   *
   * @param start second of the recording at which the model begins to read
   * @throws PrepareError where the recording cannot be made to fit
   */
  async tokenize(whole: EcgRecord, start: number): Promise<TokenizedView> {
    const model = this.#opened();
    const record = selectLeads(whole, model.tokenizer.config.leads); // a slow signal beside them shall not round the start
    const from = Math.min(record.samples, Math.round(start * record.fs));
    const fitting = prepare(crop(record, from), model.input);
    const tokenized = await model.tokenize(fitting);
    const { codes, points, warnings } = tokenized;
    const view = { input: { codes, points }, warnings, fs: fitting.fs, start: from / record.fs };
    if (!model.tokenizer.config.decoder) return { ...view, decoded: [] };
    const { signal, mse } = await model.reconstruct(fitting, tokenized);
    return {
      ...view,
      mse,
      decoded: fitting.leads.map((lead, i) => ({ lead, unit: fitting.units[i], signal: signal[i] })),
    };
  }

  /** Writes an answer, token by token. */
  async ask({ ecg, question, constrain }: Calls['ask']['input'], { progress }: Context<'ask'>): Promise<Answer> {
    return follow(this.#opened().askStream(ecg, question, knowing(constrain)), progress);
  }

  async report({ ecg, constrain }: Calls['report']['input'], { progress }: Context<'report'>): Promise<Report> {
    return follow(this.#opened().reportStream(ecg, knowing(constrain)), progress);
  }

  /** Where the model looked, and what it cannot do without. */
  async why({ ecg, question, answer }: Calls['why']['input'], { progress, signal }: Context<'why'>): Promise<Why> {
    const model = this.#opened();
    const options: ExplainOptions = {
      signal,
      batchSize: 4, // so that a cancel is heard, and progress seen, several times a second
      onProgress(event) {
        if (event.type === 'occlusion') progress(event.done / event.total).catch(() => {}); // the signal says so too
      },
    };
    const { attention, occlusion, logProbability, agreement } = await (question === undefined
      ? model.explainReport(ecg, answer, options)
      : model.explain(ecg, question, answer, options));
    const layers = attention.layers.map((values, i) => ({ name: `layer ${i + 1}`, values }));
    return {
      attention: [{ name: 'all, rolled out', values: attention.rollout }, ...layers],
      occlusion,
      logProbability,
      agreement,
    };
  }

  #opened(): HeartLlm {
    if (!this.#model) throw new Error('no model is open');
    return this.#model;
  }
}

/** A few milliseconds' work, so nothing is kept from one question to the next. */
function knowing(constrain: Constraint | undefined): { constrain?: Knowledge } {
  return constrain ? { constrain: new Knowledge(constrain) } : {};
}

/** Tells of every event and gives the last; a call that was cancelled leaves the loop, which stops the model. */
async function follow<T>(stream: AsyncGenerator<T, void, undefined>, tell: (event: T) => Promise<void>): Promise<T> {
  let last: T | undefined;
  for await (const event of stream) {
    last = event;
    await tell(event);
  }
  return last as T;
}
