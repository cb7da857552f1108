import type { EcgInput } from '../results.ts';
import type { Shown } from './controls.ts';
import type { EvalItem, Prediction } from './item.ts';
import type { PlannedBatch } from './plan.ts';
import type { PredictionsFile } from './predictions-file.ts';

/** A prompt as a model sees it. */
export interface ShownPrompt extends EcgInput {
  /** The question, or what is known about the patient. */
  text: string;
}

/** Writes an answer to each prompt of a batch; `pYes` where the probability of yes against no can be told. */
export type Writer = (
  prompts: ShownPrompt[],
  maxNewTokens: number,
) => Promise<{ text: string; pYes?: number | undefined }[]>;

export interface PredictOptions<T extends EvalItem> {
  batches: readonly PlannedBatch<T>[];
  shown: Shown;
  writer: Writer;
  /** Where predictions are kept; those that are there already are not made again. */
  file?: PredictionsFile<T> | undefined;
  /** Ends before the next batch. */
  signal: AbortSignal;
}

/** After each batch: its place in the plan, the prompts that are done, and all predictions so far. */
export interface PredictEvent {
  batch: number;
  done: number;
  predictions: Prediction[];
}

/**
 * Makes the predictions of a plan, a batch at a time.
 *
 * @throws what the signal was aborted with
 */
export async function* predict<T extends EvalItem>(options: PredictOptions<T>): AsyncGenerator<PredictEvent> {
  const { batches, file, signal } = options;
  const predictions: Prediction[] = [];
  let done = 0;
  for (const [i, batch] of batches.entries()) {
    const known = file?.restored[i];
    if (!known) signal.throwIfAborted();
    const made = known ?? (await predictBatch(batch, options));
    if (!known) await file?.append(batch, made);
    for (const prediction of made) predictions.push(prediction);
    done += batch.prompts.length;
    yield { batch: i, done, predictions };
  }
}

async function predictBatch<T extends EvalItem>(
  { condition, prompts, maxNewTokens }: PlannedBatch<T>,
  { shown, writer }: PredictOptions<T>,
): Promise<Prediction[]> {
  const written: { text: string; pYes?: number | undefined }[] =
    condition === 'prior'
      ? prompts.map(({ items }) => ({ text: items[0].prior ?? '' }))
      : await writer(
          prompts.map(({ text, ecg }) => {
            const { codes, points } = shown.input(condition, ecg);
            return { text, codes, points };
          }),
          maxNewTokens,
        );
  return prompts.flatMap(({ items }, i) => {
    const { text, pYes } = written[i];
    return items.map(({ id, yesNo }) => ({
      id,
      condition,
      prediction: text,
      ...(yesNo && pYes !== undefined && { pYes }),
    }));
  });
}
