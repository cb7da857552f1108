import type { Knowledge } from '@heartllm/constrain';
import type { HeartLlm } from '../pipeline.ts';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { controlsOf, type EvalEcg, type Shown } from './controls.ts';
import { type EvalData, patientOf } from './data.ts';
import { damagedLine, stopped } from './error.ts';
import { fingerprint, modelFingerprint } from './fingerprint.ts';
import type { EvalItem, Prediction } from './item.ts';
import { FittedRecordings, type RecordingCounts } from './load-ecgs.ts';
import { planBatches } from './plan.ts';
import { predict, type Writer } from './predict.ts';
import { type LineFields, PredictionsFile } from './predictions-file.ts';
import type { RunSettings } from './settings-file.ts';

/** What an evaluation by generation is made with. */
export interface EvalRun {
  model: HeartLlm;
  /** The backend's name: its last bits are its own. */
  backend: string;
  seed: number;
  batchSize: number;
  /** File for the predictions. */
  out?: string | undefined;
  /** What may be written, under the controls too. */
  constrain?: Knowledge | undefined;
  /** Ends the run after the current batch. */
  signal: AbortSignal;
}

/** The ECGs of a data set that can be read, as codes. */
export interface TokenizedData {
  ecgs: EvalEcg[];
  /** Their places in the data set. */
  kept: number[];
  counts: RecordingCounts;
}

/** Turns every recording that can be read into codes, once. */
export async function tokenizeData(
  data: EvalData,
  { model, signal }: Pick<EvalRun, 'model' | 'signal'>,
  terminal: Terminal,
): Promise<TokenizedData> {
  const fitted = new FittedRecordings(data, [...data.recordings.keys()], model, terminal, 'tokenizing', signal);
  const ecgs: EvalEcg[] = [];
  for await (const result of model.tokenizer.encodeEach(fitted, { read: ({ record }) => record })) {
    if ('error' in result) throw result.error;
    const { item, codes, points } = result;
    ecgs.push({ codes, points, patient: patientOf(data, item.place) });
  }
  return { ecgs, kept: fitted.kept, counts: fitted.counts };
}

/** Predictions of the model and of the controls. */
export interface Predicted {
  predictions: Prediction[];
  shown: Shown;
  /** Prompts that were generated now, not those of an earlier run. */
  prompts: number;
  seconds: number;
}

/**
 * Has the model write what the items ask for, and so under every control.
 *
 * @throws EvaluationError where the run was stopped, or the file of predictions was made by another one
 */
export async function predictItems<T extends EvalItem>(
  items: readonly T[],
  ecgs: readonly EvalEcg[],
  run: EvalRun & { writer: Writer; fields: LineFields<T>; settings: RunSettings },
  terminal: Terminal,
): Promise<Predicted> {
  const { model, backend, seed, batchSize, out, constrain, signal, writer, fields } = run;
  const shown = controlsOf(ecgs, seed);
  const batches = planBatches(items, shown.conditions, shown.key, batchSize);
  const settings: RunSettings = {
    ...run.settings,
    seed,
    batchSize,
    backend,
    model: `${model.manifest.name} ${await modelFingerprint(await model.language())}`,
    items: fingerprint(items),
    ...(constrain && { constrained: fingerprint([constrain.ontology, constrain.answers]) }),
    ecgs: fingerprint(ecgs.map(({ codes }, ecg) => [[...codes], shown.key('shuffled', ecg)])),
  };
  const file = out === undefined ? undefined : await PredictionsFile.open(out, settings, batches, fields);
  const restored = file?.restored.length ?? 0;
  if (file?.damaged) terminal.err(damagedLine(out, file.damaged));
  if (file && restored > 0) terminal.err(`${out}: goes on after ${restored} of ${batches.length} batches\n`);
  const all = batches.reduce((sum, { prompts }) => sum + prompts.length, 0);
  const before = batches.slice(0, restored).reduce((sum, { prompts }) => sum + prompts.length, 0);
  const bar = progress(terminal, 'asking', all);
  const started = performance.now();
  let predictions: Prediction[] = [];
  try {
    for await (const event of predict({ batches, shown, writer, file, signal })) {
      predictions = event.predictions;
      bar.update(event.done, batches[event.batch].condition);
    }
  } catch (error) {
    throw signal.aborted && out !== undefined ? stopped(out, signal) : error;
  } finally {
    bar.stop();
    await file?.close();
  }
  return { predictions, shown, prompts: all - before, seconds: (performance.now() - started) / 1000 };
}
