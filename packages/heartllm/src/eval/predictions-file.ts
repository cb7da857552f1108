import { type FileHandle, open } from 'node:fs/promises';
import { EvaluationError } from './error.ts';
import type { EvalItem, Prediction } from './item.ts';
import type { PlannedBatch } from './plan.ts';
import { checkSettings, type RunSettings, readIfThere } from './settings-file.ts';

/** What stands in a line beside the prediction: question and answer, or the reference. */
export type LineFields<T> = (item: T) => Record<string, unknown>;

/**
 * Predictions as JSON lines, a batch at a time: each batch is written at once and flushed. After a kill the batch that was
 * being written is cut off and made again, so that the file becomes the same, to the byte, as without the kill.
 *
 * Beside it `FILE.settings.json` says what made it.
 */
export class PredictionsFile<T extends EvalItem> {
  /** What was there already: one element per complete batch of the plan. */
  readonly restored: Prediction[][];
  readonly #file: FileHandle;
  readonly #fields: LineFields<T>;
  #length: number;

  private constructor(file: FileHandle, fields: LineFields<T>, restored: Prediction[][], length: number) {
    this.#file = file;
    this.#fields = fields;
    this.restored = restored;
    this.#length = length;
  }

  /**
   * Opens the file for a plan, a new one or one to go on with.
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
    const text = await readIfThere(path);
    await checkSettings(path, settings, text !== undefined && text !== '');
    const { restored, length } = restore(path, text ?? '', batches);
    const file = await open(path, text === undefined ? 'w' : 'r+');
    try {
      await file.truncate(length);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new PredictionsFile(file, fields, restored, length);
  }

  /** Writes the predictions of one batch, in its order, and flushes them to the disk. */
  async append(batch: PlannedBatch<T>, predictions: readonly Prediction[]): Promise<void> {
    const items = new Map(batch.prompts.flatMap((prompt) => prompt.items).map((item) => [item.id, item]));
    const lines = predictions.map(({ id, condition, prediction, pYes }) => {
      const item = items.get(id)!;
      const known = { id, ecg: item.ecg, condition, ...this.#fields(item) };
      return `${JSON.stringify({ ...known, prediction, ...(pYes !== undefined && { pYes }) })}\n`;
    });
    const bytes = new TextEncoder().encode(lines.join(''));
    await this.#file.write(bytes, 0, bytes.length, this.#length);
    await this.#file.datasync();
    this.#length += bytes.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The complete batches at the beginning of the text, and where they end in bytes. */
function restore<T extends EvalItem>(path: string, text: string, batches: readonly PlannedBatch<T>[]) {
  const lines = text.split('\n');
  lines.pop(); // '' behind the last line break, or a line that was being written
  const restored: Prediction[][] = [];
  let at = 0;
  let length = 0;
  for (const { condition, prompts } of batches) {
    const ids = prompts.flatMap(({ items }) => items.map(({ id }) => id));
    if (at + ids.length > lines.length) return { restored, length };
    restored.push(ids.map((id, i) => toPrediction(path, lines[at + i], at + i + 1, id, condition)));
    for (const line of lines.slice(at, at + ids.length)) length += Buffer.byteLength(line) + 1;
    at += ids.length;
  }
  if (at < lines.length) throw new EvaluationError(`${path} line ${at + 1}: expected the end, found more predictions`);
  return { restored, length };
}

function toPrediction(path: string, text: string, line: number, id: number, condition: string): Prediction {
  let found: Partial<Prediction>;
  try {
    found = JSON.parse(text) as Partial<Prediction>;
  } catch {
    throw new EvaluationError(`${path} line ${line}: expected JSON`);
  }
  const { prediction, pYes } = found ?? {};
  if (found?.id !== id || found.condition !== condition || typeof prediction !== 'string') {
    throw new EvaluationError(`${path} line ${line}: expected the prediction with id ${id} and condition ${condition}`);
  }
  return { id, condition: found.condition, prediction, ...(pYes !== undefined && { pYes }) };
}
