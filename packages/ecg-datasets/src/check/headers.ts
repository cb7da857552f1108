import type { Source } from '@heartllm/ecg-io';
import { listedRecords } from '../challenge/records.ts';
import { Identity } from '../identity.ts';
import { commentValue, readHeaderComments } from '../wfdb-comments.ts';
import type { Files } from './recording.ts';
import type { CheckedRow } from './rows.ts';

/** Every record that a RECORDS file lists or that has a header, sorted by path without suffix. */
export async function* recordRows(source: Source, files: Files): AsyncGenerator<CheckedRow> {
  const from = new Map<string, string>();
  for (const file of files) if (file.endsWith('.hea')) from.set(file.slice(0, -4), file);
  if (files.has('RECORDS')) {
    for await (const path of listedRecords(source)) if (!from.has(path)) from.set(path, 'RECORDS');
  }
  for (const [path, file] of [...from].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield { identity: new Identity(path), recording: { format: 'wfdb', path }, file };
  }
}

/** How many headers are looked at: the first ones may be damaged. */
const SAMPLE = 20;

/** Whether the headers hold the Challenge's diagnoses. */
export async function isChallenge(source: Source, files: Files): Promise<boolean> {
  const headers = [...files].filter((file) => file.endsWith('.hea')).slice(0, SAMPLE);
  for (const header of headers) {
    const comments = await readHeaderComments(source, header.slice(0, -4), { onProblem: () => {} });
    if (comments && commentValue(comments, 'Dx') !== undefined) return true;
  }
  return false;
}
