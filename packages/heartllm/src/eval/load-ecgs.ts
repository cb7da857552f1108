import { Recordings } from '@heartllm/ecg-datasets';
import { type EcgRecord, prepare } from '@heartllm/ecg-io';
import { failureOf, UNREAD } from '../corpus/failure.ts';
import type { HeartLlm } from '../pipeline.ts';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { EvalRecordings } from './data.ts';
import { EvaluationError } from './error.ts';

/** What became of the recordings of a data set. */
export interface RecordingCounts {
  /** Not in the folder. */
  missing: number;
  /** Damaged, or without a valid sample in a lead. */
  unfit: number;
  /** Resampled, cut, padded or bridged to fit the model. */
  changed: number;
  /** Rows of the table, or entries of the list, that are wrong; absent where there is none. */
  wrongRows?: number;
}

/** A recording as the model takes it. */
export interface FittedRecording {
  /** Its place in the data set. */
  place: number;
  record: EcgRecord;
}

/** Problems that are told one by one. */
const TOLD = 5;

/**
 * Reads the recordings of a data set one after the other, as the model takes them: other rates, lengths and lead sets are made to
 * fit. One that is missing or damaged is left out and counted.
 *
 * @param places which recordings of the data set
 * @param label of the progress
 * @param signal ends it before the next recording
 */
export class FittedRecordings {
  readonly counts: RecordingCounts;
  /** Places of those that were read, in the data set. */
  readonly kept: number[] = [];
  readonly #data: EvalRecordings;
  readonly #places: readonly number[];
  readonly #model: HeartLlm;
  readonly #terminal: Terminal;
  readonly #label: string;
  readonly #signal: AbortSignal;

  constructor(
    data: EvalRecordings,
    places: readonly number[],
    model: HeartLlm,
    terminal: Terminal,
    label: string,
    signal: AbortSignal,
  ) {
    const { problems } = data;
    this.counts = { missing: 0, unfit: 0, changed: 0, ...(problems.length > 0 && { wrongRows: problems.length }) };
    this.#data = data;
    this.#places = places;
    this.#model = model;
    this.#terminal = terminal;
    this.#label = label;
    this.#signal = signal;
  }

  /**
   * @throws EvaluationError if not one recording can be read; what the signal was aborted with, and what is no recording's fault: one that cannot
   *   be read now is not left out
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<FittedRecording> {
    const { source, recordings, dataset } = this.#data;
    const { input } = this.#model;
    const reader = new Recordings(source);
    const bar = progress(this.#terminal, this.#label, this.#places.length);
    try {
      for (const [done, place] of this.#places.entries()) {
        this.#signal.throwIfAborted();
        const { row } = recordings[place];
        if (!(await reader.has(row))) this.counts.missing++;
        else {
          const record = await reader
            .read(row)
            .then((read) => prepare(read, input))
            .catch((error) => this.#tell(error, row.recording.path));
          if (record) {
            if (record.meta.warnings.length > 0) this.counts.changed++;
            this.kept.push(place);
            yield { place, record };
          }
        }
        bar.update(done + 1);
      }
    } finally {
      bar.stop();
      await reader.close();
    }
    if (this.kept.length === 0) throw new EvaluationError(`${dataset}: not one of its recordings can be read`);
  }

  #tell(error: unknown, path: string): void {
    const failure = failureOf(error, path); // without what a header holds
    if (failure === UNREAD) throw error;
    this.counts.unfit++;
    if (this.counts.unfit <= TOLD) this.#terminal.err(`left out: ${failure}\n`);
    if (this.counts.unfit === TOLD) this.#terminal.err('others are counted only\n');
  }
}
