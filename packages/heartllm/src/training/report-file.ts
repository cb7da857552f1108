import { writeFileAtomic } from '@heartllm/source';
import type { RunLog } from './run-log.ts';
import { type TrainingReport, trainingReport } from './training-report.ts';

/** Where the report of the run that writes the folder `out` lies: beside it. */
export const reportPath = (out: string): string => `${out.replace(/\/+$/, '')}.report.html`;

/** What of a report stays as it is. */
export type ReportFrame = Omit<TrainingReport, 'events' | 'examples'>;

/** The report of a training run, a page that is written again and again while it runs. */
export class ReportFile {
  readonly path: string;
  readonly #log: RunLog;
  readonly #frame: ReportFrame;
  readonly #examples: () => Promise<string>;
  #shown: { step: number; examples: string } | undefined;

  /** @param examples asks the model as it is now, and gives HTML */
  constructor(out: string, log: RunLog, frame: ReportFrame, examples: () => Promise<string>) {
    this.path = reportPath(out);
    this.#log = log;
    this.#frame = frame;
    this.#examples = examples;
  }

  /** Writes the page as of a step; what the log holds of the time before a resume is in it. */
  async write(step: number): Promise<void> {
    if (this.#shown?.step !== step) this.#shown = { step, examples: await this.#examples() };
    const { examples } = this.#shown;
    await writeFileAtomic(this.path, trainingReport({ ...this.#frame, events: await this.#log.read(), examples }));
  }
}
