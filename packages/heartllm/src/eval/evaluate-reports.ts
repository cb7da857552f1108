import type { Synonyms } from '@heartllm/text-metrics';
import { backgroundWords } from '../background-words.ts';
import { REPORT_TOKENS } from '../pipeline.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type EvalData, FROM_EVALUATED } from './data.ts';
import { EvaluationError } from './error.ts';
import type { EvalReport } from './item.ts';
import { mostFrequentText } from './prior.ts';
import { type EvalRun, predictItems, tokenizeData } from './run.ts';
import { type ReportResult, scoreReportSet } from './score-reports.ts';
import { reportWriter } from './writers.ts';

/** What `heartllm eval report` tells. */
export interface ReportEvaluation extends ReportResult {
  dataset: string;
  records: number;
  leftOut: Record<string, number>;
  changed: number;
  /** The ontology that says what may be written, if one does. */
  constrainedBy?: string;
  /** Whether METEOR knew synonyms; without them it is lower than NLTK's with WordNet. */
  synonyms: boolean;
  priorFrom: string;
  notes: string[];
  constantCode: number;
  prompts: number;
  seconds: number;
}

/**
 * Has the model report on every ECG, and so under every control, and scores the reports.
 *
 * @param run.background whether prompts tell age, sex, height and weight; default true
 */
export async function evaluateReports(
  data: EvalData,
  run: EvalRun & { synonyms?: Synonyms | undefined; background?: boolean },
  terminal: Terminal,
): Promise<ReportEvaluation> {
  if (!data.reports) throw new EvaluationError(`${data.dataset}: has no reports`);
  const writer = reportWriter(await run.model.language(), run.constrain); // a model that has none is refused before the work
  const { ecgs, kept, counts } = await tokenizeData(data, run, terminal);
  const { reports, learned, learnedFrom } = data.reports(kept);
  if (reports.length === 0) throw new EvaluationError(`${data.dataset}: none of its recordings has a report`);
  const { background = true } = run;
  const prior = mostFrequentText(learned ?? reports.map(({ reference }) => reference));
  const items = reports.map(
    ({ ecg, reference }, id): EvalReport => ({
      id,
      ecg,
      reference,
      text: background ? backgroundWords(data.recordings[kept[ecg]].background) : '',
      yesNo: false,
      group: 'report',
      maxNewTokens: REPORT_TOKENS,
      ...(prior !== undefined && { prior }),
    }),
  );
  const { predictions, shown, prompts, seconds } = await predictItems(
    items,
    ecgs,
    {
      ...run,
      writer,
      settings: { task: 'report', dataset: data.dataset, ...(!background && { background: 'not told' }) },
      fields: ({ reference }) => ({ reference }),
    },
    terminal,
  );
  const { changed, ...missed } = counts;
  return {
    ...scoreReportSet(items, predictions, {
      statements: data.statements,
      seed: run.seed,
      ...(run.synonyms && { synonyms: run.synonyms }),
    }),
    dataset: data.dataset,
    records: ecgs.length,
    leftOut: { ...missed, withoutReport: ecgs.length - reports.length },
    changed,
    ...(run.constrain && { constrainedBy: run.constrain.ontology.name }),
    synonyms: run.synonyms !== undefined,
    priorFrom: learned ? learnedFrom : FROM_EVALUATED,
    notes: data.notes,
    constantCode: shown.constantCode,
    prompts,
    seconds,
  };
}
