import { readAnnotations, type Source, WfdbError } from '@heartllm/ecg-io';
import { readLudbTable } from '../ludb/read.ts';
import type { EcgRow } from '../row.ts';
import { checkWfdb, damaged, type Files } from './recording.ts';
import type { CheckProblem, CheckReport } from './report.ts';
import type { RowsCheck } from './rows.ts';

/** One annotation file per lead. */
const LEADS = ['i', 'ii', 'iii', 'avr', 'avl', 'avf', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6'];

/** LUDB's recordings, and beside each the boundaries of its waves. */
export function ludbCheck(source: Source, files: Files, report: CheckReport): RowsCheck<EcgRow> {
  return {
    table: 'ludb.csv',
    passes: [(options) => readLudbTable(source, options)],
    async check({ recording: { path } }) {
      const state = await checkWfdb(source, files, path);
      if (state.state === 'missing') return state;
      for (const lead of LEADS) {
        const file = `${path}.${lead}`;
        if (!files.has(file)) report.missing.push({ file, message: 'the annotations of this lead are missing' });
        else report.damaged.push(...(await annotationProblems(source, path, lead)));
      }
      return state;
    },
  };
}

async function annotationProblems(source: Source, path: string, lead: string): Promise<CheckProblem[]> {
  try {
    await readAnnotations(source, path, lead);
    return [];
  } catch (error) {
    if (!(error instanceof WfdbError)) throw error;
    return [damaged(error.file, error.message)];
  }
}
