import { Generator } from '@heartllm/backend';
import { backgroundOf, type EcgRow, labelQuestions, type ReaderOptions } from '@heartllm/ecg-datasets';
import type { Source } from '@heartllm/ecg-io';
import { type AskedQuestion, collect, type EvalData, FROM_EVALUATED } from './data.ts';
import { EvaluationError } from './error.ts';
import { toAsked } from './ptbxl-data.ts';

/**
 * A data set that models here are not trained on, LUDB or CODE-15%: the yes/no questions that its labels answer. All of
 * them count for AUROC; for exact match as many with yes as with no of each.
 */
export async function labelData(
  source: Source,
  name: string,
  read: (source: Source, options: ReaderOptions) => AsyncIterable<EcgRow>,
): Promise<EvalData> {
  const all: EcgRow[] = [];
  const problems: string[] = [];
  for await (const row of read(source, collect(problems))) all.push(row);
  if (all.length === 0) throw new EvaluationError(problems[0] ?? `${name}: expected at least one ECG`);
  const hasReports = all.some(({ report }) => report !== '');
  return {
    dataset: name,
    source,
    recordings: all.map((row) => ({ row, patient: row.identity.patient, background: backgroundOf(row) })),
    problems,
    notes: ['its labels are mapped to the questions of PTB-XL, see the README of @heartllm/ecg-datasets'],
    ask(kept, { seed }) {
      const asked = kept.flatMap((place, ecg) => labelQuestions(all[place]).map((each) => toAsked(each, ecg, false)));
      return { questions: balanced(asked, seed), learned: undefined, learnedFrom: FROM_EVALUATED, leftOut: {} };
    },
    ...(hasReports && {
      reports(kept) {
        const reports = kept.map((place, ecg) => ({ ecg, reference: all[place].report }));
        const written = reports.filter(({ reference }) => reference !== '');
        return { reports: written, learned: undefined, learnedFrom: FROM_EVALUATED };
      },
    }),
  };
}

/** Of every question all that have the rarer answer count, and as many of the others, drawn by the seed. */
function balanced(questions: AskedQuestion[], seed: number): AskedQuestion[] {
  const generator = new Generator(`${seed}/questions`);
  const byAttribute = new Map<string, Record<string, AskedQuestion[]>>();
  for (const question of questions) {
    const answers = byAttribute.get(question.attribute) ?? { yes: [], no: [] };
    answers[question.answer[0]].push(question);
    byAttribute.set(question.attribute, answers);
  }
  const counted = new Set<AskedQuestion>();
  for (const { yes, no } of byAttribute.values()) {
    const count = Math.min(yes.length, no.length);
    for (const side of [yes, no]) for (const each of generator.shuffle(side).slice(0, count)) counted.add(each);
  }
  return questions.map((question) => ({ ...question, counted: counted.has(question) }));
}
