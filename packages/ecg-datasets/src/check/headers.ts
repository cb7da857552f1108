import { readHeader, type Source } from '@heartllm/ecg-io';
import { listedRecords } from '../challenge/records.ts';
import { Identity } from '../identity.ts';
import { commentValue, readHeaderComments } from '../wfdb-comments.ts';
import type { Files } from './recording.ts';
import type { CheckedRow } from './rows.ts';

/**
 * Every record that a RECORDS file lists or that has a header, sorted by path without suffix. What another record is made of, its segments
 * and its layout, is no record of its own unless RECORDS lists it.
 */
export async function* recordRows(source: Source, files: Files): AsyncGenerator<CheckedRow> {
  const paths = new Set<string>();
  if (files.has('RECORDS')) for await (const path of listedRecords(source)) paths.add(path);
  const headers = [...files].filter((file) => file.endsWith('.hea')).map((file) => file.slice(0, -4));
  const others = headers.filter((path) => !paths.has(path));
  const segments = others.length > 0 ? await segmentsOf(source, headers) : new Set();
  for (const path of others) if (!segments.has(path)) paths.add(path);
  for (const path of [...paths].sort((a, b) => (a < b ? -1 : 1))) {
    const header = `${path}.hea`;
    const file = files.has(header) ? header : 'RECORDS';
    yield { identity: new Identity(path), recording: { format: 'wfdb', path }, file };
  }
}

/** Headers that are read at a time. */
const TOGETHER = 64;

/** The records, by path without suffix, that others have as segments. A header that cannot be read has none: its own record tells why. */
async function segmentsOf(source: Source, headers: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let i = 0; i < headers.length; i += TOGETHER) {
    await Promise.all(
      headers.slice(i, i + TOGETHER).map(async (path) => {
        const header = await readHeader(source, path).catch(() => undefined);
        const folder = path.slice(0, path.lastIndexOf('/') + 1);
        for (const { recordName } of header?.segments ?? []) found.add(folder + recordName);
      }),
    );
  }
  return found;
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
