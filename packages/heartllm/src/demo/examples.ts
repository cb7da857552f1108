import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { englishReport, openPtbxl, questionsFor } from '@heartllm/ecg-datasets';
import { folderSource } from '@heartllm/ecg-io/node';

/** What PTB-XL's cardiologists say about a record. */
export interface Label {
  /** Their statements in English. */
  statements: string;
  /** Their answer to one of the questions; undefined where the labels don't say. */
  answer(question: string): string | undefined;
}

/** The records that come with the repository; an installed package has none. */
export interface Examples {
  /** The path of an example. */
  path(name: string): string;
  /** undefined for a record that is no example. */
  label(recordPath: string): Label | undefined;
}

const FOLDER = fileURLToPath(new URL('../../../../examples/data/ptbxl', import.meta.url));

/** @returns undefined where the examples are not there */
export async function openExamples(): Promise<Examples | undefined> {
  if (!existsSync(FOLDER)) return undefined;
  const { rows, statements } = await openPtbxl(folderSource(FOLDER));
  const byName = new Map(rows.map((row) => [basename(row.filename500), row]));
  return {
    path(name) {
      const row = byName.get(name);
      if (!row) throw new Error(`examples/data/ptbxl: there is no record ${name}`);
      return join(FOLDER, row.filename500);
    },
    label(recordPath) {
      const row = byName.get(basename(recordPath));
      if (!row || join(FOLDER, row.filename500) !== recordPath) return undefined;
      const answers = new Map(
        questionsFor(row, statements).map(({ question, answer }) => [question, answer.join('.')]),
      );
      return { statements: englishReport(row, statements), answer: (question) => answers.get(question) };
    },
  };
}
