import { table } from '../terminal/terminal.ts';
import type { Interval } from './bootstrap.ts';
import type { QuestionEvaluation } from './evaluate-questions.ts';
import type { ReportEvaluation } from './evaluate-reports.ts';
import type { TokenizerEvaluation } from './evaluate-tokenizer.ts';
import type { Control } from './item.ts';
import type { QuestionScores } from './score-answers.ts';
import type { ClassAuroc } from './score-auroc.ts';
import type { ReportCondition } from './score-reports.ts';

/** The columns of every table beside the model's own, and what they mean. */
const CONTROLS: Record<Control, string> = {
  none: 'no ECG',
  shuffled: "another patient's",
  constant: 'one code repeated',
  prior: 'most frequent',
};
const COLUMNS = Object.keys(CONTROLS) as Control[];

/** For people: the scores of answers beside those of the controls. */
export function questionLines(result: QuestionEvaluation): string[] {
  const conditions = [result, ...COLUMNS.map((control) => result.controls[control] ?? undefined)];
  const row = (name: string, n: number | '', value: (scores: QuestionScores) => string) => [
    name,
    String(n),
    ...conditions.map((scores) => (scores ? value(scores) : '-')),
  ];
  const share = (
    name: string,
    of: (scores: QuestionScores) => { n: number; exactMatch: number; interval?: Interval },
  ) => row(name, of(result).n, (scores) => number(of(scores).exactMatch, of(scores).interval));
  const attributes = Object.keys(result.byAttributeType);
  const { auroc } = result;
  const areas = auroc
    ? [
        row('AUROC, superclasses', '', ({ auroc }) => number(auroc?.superclasses.macro, auroc?.superclasses.interval)),
        ...Object.entries(auroc.superclasses)
          .filter((entry): entry is [string, ClassAuroc] => isClass(entry[1]))
          .map(([name, { n }]) => row(`  ${name}`, n, ({ auroc }) => number(area(auroc?.superclasses[name])))),
        row(`AUROC, ${auroc.classes} attributes`, '', ({ auroc }) => number(auroc?.macro, auroc?.interval)),
      ]
    : [];
  return [
    ...heading(result, `${result.n} questions`),
    ...table(
      [
        ['', 'n', 'model', ...COLUMNS.map((control) => CONTROLS[control])],
        share('exact match', (scores) => scores),
        ...Object.keys(result.byType).map((type) => share(`  ${type}`, (scores) => scores.byType[type])),
        ...attributes.map((type) => share(`  ${type}`, (scores) => scores.byAttributeType[type])),
        ...areas,
      ],
      '  ',
    ),
    '',
    `${points(result.lead.difference)} points against the best control (${CONTROLS[result.lead.control]}) ${interval(result.lead.interval, points)}`,
    ...(auroc && auroc.leftOut.length > 0
      ? [`no AUROC, as all answers are the same: ${auroc.leftOut.join(', ')}`]
      : []),
    ...footer(result),
  ];
}

/** For people: the scores of reports beside those of the controls. */
export function reportLines(result: ReportEvaluation): string[] {
  const conditions = [result, ...COLUMNS.map((control) => result.controls[control] ?? undefined)];
  const row = (name: string, value: (scores: ReportCondition) => string) => [
    name,
    ...conditions.map((scores) => (scores ? value(scores) : '-')),
  ];
  return [
    ...heading(result, `${result.n} reports`),
    ...table(
      [
        ['', 'model', ...COLUMNS.map((control) => CONTROLS[control])],
        ...(['bleu1', 'bleu2', 'bleu3'] as const).map((name) => row(name, (scores) => number(scores[name]))),
        row('bleu4', ({ bleu4, intervals }) => number(bleu4, intervals.bleu4)),
        row('meteor', ({ meteor, intervals }) => number(meteor, intervals.meteor)),
        row('rouge1 f', ({ rouge1 }) => number(rouge1.f)),
        row('rouge2 f', ({ rouge2 }) => number(rouge2.f)),
        row('rougeL f', ({ rougeL, intervals }) => number(rougeL.f, intervals.rougeL)),
        ...(result.superclasses
          ? [
              row('names a right superclass', ({ superclasses }) =>
                number(superclasses?.named, superclasses?.interval),
              ),
              row('names just the right ones', ({ superclasses }) => number(superclasses?.exact)),
            ]
          : []),
      ],
      '  ',
    ),
    '',
    result.synonyms ? 'METEOR with the synonyms that were given' : 'METEOR without synonyms: lower than with WordNet',
    ...footer(result),
  ];
}

/** For people: what codes keep. */
export function tokenizerLines(result: TokenizerEvaluation): string[] {
  const { mse, msePerLead, leads, fidelity, controls, codesUsed, codebookSize, perplexity } = result;
  const { beats } = fidelity;
  const ms = ({ meanAbsolute }: { meanAbsolute: number }) => `${meanAbsolute.toFixed(1)} ms`;
  return [
    `${result.dataset}: ${result.n} recordings${leftOut(result)}`,
    'mean squared error on the z-scored signal (0 perfect, 1 as good as a flat line)',
    '',
    ...table(
      [
        ['model', number(mse, result.interval)],
        ['flat line', number(controls.none.mse)],
        [
          "another patient's codes",
          controls.shuffled ? number(controls.shuffled.mse, controls.shuffled.interval) : '-',
        ],
      ],
      '  ',
    ),
    '',
    ...table(
      [
        ['', ...leads],
        ['mean squared error', ...msePerLead.map((value) => value.toFixed(3))],
        ['PRD, %', ...fidelity.prdPerLead.map((value) => value.toFixed(1))],
        ['ST level, off by mV', ...fidelity.stLevelMvPerLead.map(({ meanAbsolute }) => meanAbsolute.toFixed(3))],
      ],
      '  ',
    ),
    '',
    `${beats.paired} of ${beats.original} beats found again (${beats.decoded - beats.paired} made up), R-peaks ${ms(fidelity.rPeakMs)}, QRS durations ${ms(fidelity.qrsDurationMs)} off`,
    `${codesUsed} of ${codebookSize} codes used, perplexity ${perplexity.toFixed(1)}`,
    ...result.notes,
  ];
}

interface Told {
  dataset: string;
  constrainedBy?: string;
  records: number;
  leftOut: Record<string, number>;
  changed: number;
  priorFrom: string;
  notes: string[];
  prompts: number;
  seconds: number;
}

function heading(result: Told, what: string): string[] {
  return [
    `${result.dataset}: ${result.records} records, ${what}${leftOut(result)}`,
    ...(result.constrainedBy === undefined ? [] : [`constrained by ${result.constrainedBy}, under the controls too`]),
    '95 % intervals in brackets, by the bootstrap over records',
    '',
  ];
}

function footer({ priorFrom, notes, prompts, seconds }: Told): string[] {
  return [
    `most frequent: in ${priorFrom}`,
    ...notes,
    ...(prompts > 0 ? [`${prompts} prompts in ${seconds.toFixed(0)} s`] : []),
  ];
}

function leftOut(result: { leftOut: Record<string, number>; changed: number }): string {
  const parts = Object.entries({ ...result.leftOut, 'changed to fit': result.changed })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name.replace(/([A-Z])/g, ' $1').toLowerCase()}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

function number(value: number | null | undefined, of?: Interval): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  return of ? `${value.toFixed(3)} ${interval(of, (end) => end.toFixed(3))}` : value.toFixed(3);
}

function interval(of: Interval, format: (end: number) => string): string {
  return of ? `[${of.map(format).join(' ')}]` : '';
}

function points(difference: number): string {
  return `${difference < 0 ? '' : '+'}${(100 * difference).toFixed(1)}`;
}

function isClass(value: unknown): value is ClassAuroc {
  return typeof value === 'object' && value !== null && 'auroc' in value;
}

function area(value: unknown): number | undefined {
  return isClass(value) ? value.auroc : undefined;
}
