import type { TrainingEvent } from '@heartllm/training';
import { type Progress, progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ReportFile } from './report-file.ts';
import type { RunLog } from './run-log.ts';

/** How a run went. */
export interface TrainingSummary {
  /** Steps taken, those before a resume included. */
  steps: number;
  /** Steps taken since. */
  stepsNow: number;
  totalSteps: number;
  reason: 'finished' | 'patience' | 'stopped';
  /** Mean of the last steps' losses. */
  loss: number;
  validations: { step: number; loss: number; metrics: Record<string, number> }[];
  seconds: number;
}

/** The loss of single steps jumps; this much of the new one enters the mean. */
const NEW = 0.05;

/** What keeps record of a run. */
export interface Records {
  log: RunLog;
  report: ReportFile;
  /** Keeps the weights; called with the step after each validation that is better than all before. */
  onBest(step: number): Promise<void>;
}

/** Draws a training run on the terminal, logs it, keeps its report up to date and sums it up. */
export async function follow(
  terminal: Terminal,
  label: string,
  events: AsyncIterable<TrainingEvent>,
  { log, report, onBest }: Records,
): Promise<TrainingSummary> {
  const started = performance.now();
  const summary: TrainingSummary = {
    steps: 0,
    stepsNow: 0,
    totalSteps: 0,
    reason: 'finished',
    loss: Number.NaN,
    validations: [],
    seconds: 0,
  };
  let bar: Progress | undefined;
  try {
    for await (const event of events) {
      await log.write(event);
      if (event.type === 'start') {
        summary.totalSteps = event.totalSteps;
        if (event.damaged) terminal.err(`warning: ${event.damaged}\n`);
        if (event.resumed) {
          terminal.err(`${label}: goes on at step ${event.step}\n`);
          for (const before of await log.read()) add(summary, before);
        }
        bar = progress(terminal, label, event.totalSteps, event.step);
      } else if (event.type === 'step') {
        add(summary, event);
        summary.stepsNow++;
        bar?.update(event.step, `loss ${summary.loss.toFixed(4)}`);
      } else if (event.type === 'validation') {
        add(summary, event);
        if (event.best) await onBest(event.step);
      } else if (event.type === 'checkpoint') {
        await writeReport(report, event.step, terminal);
      } else if (event.type === 'end') {
        summary.reason = event.reason;
        await writeReport(report, event.step, terminal);
      }
      summary.steps = event.step;
    }
  } finally {
    bar?.stop();
  }
  return { ...summary, seconds: (performance.now() - started) / 1000 };
}

/** A page that cannot be written now ends no run: it is written again, and the log has all that is in it. */
async function writeReport(report: ReportFile, step: number, terminal: Terminal): Promise<void> {
  try {
    await report.write(step);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    terminal.err(`warning: ${report.path}: cannot be written (${(error as NodeJS.ErrnoException).code})\n`);
  }
}

/** Takes an event of this run, or of the run that it continues, into account. */
function add(summary: TrainingSummary, event: TrainingEvent): void {
  if (event.type === 'step') {
    const mean = summary.loss;
    summary.loss = Number.isNaN(mean) ? event.loss : mean + NEW * (event.loss - mean);
  } else if (event.type === 'validation') {
    const { step, loss, metrics } = event;
    summary.validations.push({ step, loss, metrics });
  }
}
