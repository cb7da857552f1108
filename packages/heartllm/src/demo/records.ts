import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { englishReport, openPtbxl, questionsFor } from '@heartllm/ecg-datasets';
import { folderSource } from '@heartllm/ecg-io/node';

const FOLDER = new URL('../../generated/demo/ptbxl/records500/00000/', import.meta.url);

/** The path of a record that comes with the package: what scripts/demo-records.mjs took out of PTB-XL. */
export function demoRecord(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

/** What PTB-XL's cardiologists say about a record. */
export interface Label {
  /** Their statements in English. */
  statements: string;
  /** Their answer to one of the questions; undefined where the labels don't say. */
  answer(question: string): string | undefined;
}

/**
 * The label of a record that lies in a folder of PTB-XL: `FOLDER/records500/00000/00913_hr` beside `FOLDER/ptbxl_database.csv`.
 *
 * @returns undefined for any other record
 */
export async function ptbxlLabel(recordPath: string): Promise<Label | undefined> {
  const folder = resolve(recordPath, '../../..');
  if (!existsSync(join(folder, 'ptbxl_database.csv'))) return undefined;
  const { rows, statements } = await openPtbxl(folderSource(folder));
  const path = relative(folder, recordPath).replaceAll(sep, '/');
  const row = rows.find(({ filename500, filename100 }) => path === filename500 || path === filename100);
  if (!row) return undefined;
  const answers = new Map(questionsFor(row, statements).map(({ question, answer }) => [question, answer.join('.')]));
  return { statements: englishReport(row, statements), answer: (question) => answers.get(question) };
}
