import { EvaluationError } from './error.ts';
import { JsonLines } from './json-lines.ts';
import { checkSettings, type RunSettings } from './settings-file.ts';
import type { WhyRecord } from './why-record.ts';

/**
 * What was asked about each record, a line of JSON per record, flushed at once: a run that was ended continues with it. Beside it
 * `FILE.settings.json` says what made it. Records are named by their place in the data set.
 */
export class WhyFile {
  /** What was there already, by the record's place. */
  readonly restored: ReadonlyMap<number, WhyRecord>;
  /** Line, from 1, that is not what was written: it and those after it are cut off. */
  readonly damaged: number | undefined;
  readonly #lines: JsonLines;

  private constructor(lines: JsonLines, restored: Map<number, WhyRecord>) {
    this.#lines = lines;
    this.restored = restored;
    this.damaged = lines.damaged;
  }

  /**
   * Opens the file, a new one or one to continue; a line that was being written is cut off.
   *
   * @param questions per record
   * @throws EvaluationError naming the file: made with other settings, without its settings, or holding something else
   */
  static async open(path: string, settings: RunSettings, questions: number): Promise<WhyFile> {
    const lines = await JsonLines.read(path);
    await checkSettings(path, settings, !lines.isEmpty || lines.damaged !== undefined);
    const restored = new Map<number, WhyRecord>();
    for (const [i, line] of lines.restored.entries()) {
      const { ecg, ...record } = toRecord(line, `${path} line ${i + 1}`, questions);
      restored.set(ecg, record);
    }
    await lines.keep(lines.restored.length);
    return new WhyFile(lines, restored);
  }

  async append(ecg: number, record: WhyRecord): Promise<void> {
    await this.#lines.append([{ ecg, ...record }]);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}

function toRecord(line: unknown, place: string, questions: number): WhyRecord & { ecg: number } {
  const { ecg, time, asked } = line as Partial<WhyRecord & { ecg: number }>;
  if (!Number.isInteger(ecg) || !time || !Array.isArray(asked) || asked.length !== questions) {
    throw new EvaluationError(`${place}: expected what was asked about a record, ${questions} questions`);
  }
  return { ecg: ecg!, time, asked };
}
