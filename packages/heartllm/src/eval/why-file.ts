import { type FileHandle, open } from 'node:fs/promises';
import { EvaluationError } from './error.ts';
import { checkSettings, type RunSettings, readIfThere } from './settings-file.ts';
import type { WhyRecord } from './why-record.ts';

/**
 * What was asked about each record, a line of JSON per record, flushed at once: a run that was ended goes on with it. Beside it
 * `FILE.settings.json` says what made it. Records are named by their place in the data set.
 */
export class WhyFile {
  /** What was there already, by the record's place. */
  readonly restored: ReadonlyMap<number, WhyRecord>;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, restored: Map<number, WhyRecord>) {
    this.#file = file;
    this.restored = restored;
  }

  /**
   * Opens the file, a new one or one to go on with; a line that was being written is cut off.
   *
   * @param questions per record
   * @throws EvaluationError naming the file: made with other settings, without its settings, or holding something else
   */
  static async open(path: string, settings: RunSettings, questions: number): Promise<WhyFile> {
    const text = (await readIfThere(path)) ?? '';
    await checkSettings(path, settings, text !== '');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const restored = new Map<number, WhyRecord>();
    for (const [i, line] of whole.split('\n').slice(0, -1).entries()) {
      const { ecg, ...record } = parse(line, `${path} line ${i + 1}`, questions);
      restored.set(ecg, record);
    }
    const file = await open(path, 'a');
    try {
      await file.truncate(Buffer.byteLength(whole));
    } catch (error) {
      await file.close();
      throw error;
    }
    return new WhyFile(file, restored);
  }

  async append(ecg: number, record: WhyRecord): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify({ ecg, ...record })}\n`);
    await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function parse(line: string, place: string, questions: number): WhyRecord & { ecg: number } {
  let found: Partial<WhyRecord & { ecg: number }> | null;
  try {
    found = JSON.parse(line);
  } catch {
    throw new EvaluationError(`${place}: expected JSON`);
  }
  const { ecg, time, asked } = found ?? {};
  if (!Number.isInteger(ecg) || !time || !Array.isArray(asked) || asked.length !== questions) {
    throw new EvaluationError(`${place}: expected what was asked about a record, ${questions} questions`);
  }
  return { ecg: ecg!, time, asked };
}
