import { basename, dirname } from 'node:path';
import { readCode15, readLudb } from '@heartllm/ecg-datasets';
import { folderSource } from '@heartllm/ecg-io/node';
import { exists } from '@heartllm/source';
import type { EvalData } from './data.ts';
import { EvaluationError } from './error.ts';
import { labelData } from './label-data.ts';
import { type ListPlace, questionListData, reportListData } from './list-data.ts';
import { ptbXlData, VALIDATION_FOLD } from './ptbxl-data.ts';

/** What the command line says about the data. */
export interface DataChoice {
  /** Folder of the recordings. */
  data: string;
  /** A list of questions or reports about them. */
  list?: string | undefined;
  /** Of PTB-XL; 9 by default, with a list all that it names. */
  fold?: number | undefined;
}

/**
 * Opens the data set that lies in a folder, or a list about its recordings.
 *
 * @throws EvaluationError for a folder that holds none of PTB-XL, LUDB, CODE-15% (nor, with a list, MIMIC-IV-ECG)
 */
export async function openData({ data, list, fold }: DataChoice, task: 'qa' | 'report'): Promise<EvalData> {
  const source = folderSource(data);
  if (list !== undefined) {
    const dataset = (await exists(source, 'record_list.csv')) ? 'mimic-iv-ecg' : 'ptb-xl';
    const place: ListPlace = { ...split(list), source, dataset, fold };
    return task === 'qa' ? questionListData(place) : reportListData(place);
  }
  if (await exists(source, 'ptbxl_database.csv')) return ptbXlData(source, fold ?? VALIDATION_FOLD);
  if (fold !== undefined) throw new EvaluationError(`--fold: expected PTB-XL's ptbxl_database.csv in ${data}`);
  if (await exists(source, 'ludb.csv')) return labelData(source, 'LUDB', readLudb);
  if (await exists(source, 'exams.csv')) return labelData(source, 'CODE-15%', readCode15);
  const tables = 'ptbxl_database.csv, ludb.csv or exams.csv';
  throw new EvaluationError(`${data}: expected ${tables}; questions about other recordings need a --list`);
}

/** The folder above a list, so that the list to learn from can lie beside it, in a folder of its own too. */
function split(list: string): { lists: ListPlace['lists']; name: string } {
  const folder = dirname(list);
  return { lists: folderSource(dirname(folder)), name: `${basename(folder)}/${basename(list)}` };
}
