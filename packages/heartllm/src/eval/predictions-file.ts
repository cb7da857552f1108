import { EvaluationError } from './error.ts';
import type { EvalItem, Prediction } from './item.ts';
import { JsonLines } from './json-lines.ts';
import type { PlannedBatch } from './plan.ts';
import { checkSettings, type RunSettings } from './settings-file.ts';

/** What stands in a line beside the prediction: question and answer, or the reference. */
export type LineFields<T> = (item: T) => Record<string, unknown>;

/**
 * Predictions as JSON lines, a batch at a time: each batch is written at once and flushed. After a kill, or where a byte has changed, what follows the last
 * whole batch is cut off and made again, so that the file becomes the same, to the byte, as without it.
 *
 * Beside it `FILE.settings.json` says what made it.
 */
export class PredictionsFile<T extends EvalItem> {
  /** What was there already: one element per complete batch of the plan. */
  readonly restored: Prediction[][];
  /** Line, from 1, that is not what was written. */
  readonly damaged: number | undefined;
  readonly #lines: JsonLines;
  readonly #fields: LineFields<T>;

  private constructor(lines: JsonLines, fields: LineFields<T>, restored: Prediction[][]) {
    this.#lines = lines;
    this.#fields = fields;
    this.restored = restored;
    this.damaged = lines.damaged;
  }

  /**
   * Opens the file for a plan, a new one or one to continue.
   *
   * @throws EvaluationError naming the file: made with other settings, without its settings, or holding other lines than
   *   this plan's
   */
  static async open<T extends EvalItem>(
    path: string,
    settings: RunSettings,
    batches: readonly PlannedBatch<T>[],
    fields: LineFields<T>,
  ): Promise<PredictionsFile<T>> {
    const lines = await JsonLines.read(path);
    await checkSettings(path, settings, !lines.isEmpty || lines.damaged !== undefined);
    const restored = restore(path, lines.restored, batches);
    await lines.keep(restored.reduce((sum, batch) => sum + batch.length, 0));
    return new PredictionsFile(lines, fields, restored);
  }

  /** Writes the predictions of one batch, in its order, and flushes them to the disk. */
  async append(batch: PlannedBatch<T>, predictions: readonly Prediction[]): Promise<void> {
    const items = new Map(batch.prompts.flatMap((prompt) => prompt.items).map((item) => [item.id, item]));
    await this.#lines.append(
      predictions.map(({ id, condition, prediction, pYes }) => {
        const item = items.get(id)!;
        const known = { id, ecg: item.ecg, condition, ...this.#fields(item) };
        return { ...known, prediction, ...(pYes !== undefined && { pYes }) };
      }),
    );
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}

/** The complete batches at the beginning. */
function restore<T extends EvalItem>(path: string, lines: readonly unknown[], batches: readonly PlannedBatch<T>[]) {
  const restored: Prediction[][] = [];
  let at = 0;
  for (const { condition, prompts } of batches) {
    const ids = prompts.flatMap(({ items }) => items.map(({ id }) => id));
    if (at + ids.length > lines.length) return restored;
    restored.push(ids.map((id, i) => toPrediction(path, lines[at + i], at + i + 1, { id, condition })));
    at += ids.length;
  }
  if (at < lines.length) throw new EvaluationError(`${path} line ${at + 1}: expected the end, found more predictions`);
  return restored;
}

function toPrediction(
  path: string,
  found: unknown,
  line: number,
  { id, condition }: Pick<Prediction, 'id' | 'condition'>,
): Prediction {
  const { prediction, pYes, ...place } = found as Partial<Prediction>;
  if (place.id !== id || place.condition !== condition || typeof prediction !== 'string') {
    throw new EvaluationError(`${path} line ${line}: expected the prediction with id ${id} and condition ${condition}`);
  }
  return { id, condition, prediction, ...(pYes !== undefined && { pYes }) };
}
