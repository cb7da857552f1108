import type { Source } from '@heartllm/ecg-io';
import type { ReaderOptions } from '../error.ts';
import { Identity } from '../identity.ts';
import { coarseAge, type EcgLabel, type EcgRow, known } from '../row.ts';
import { commentValue, type HeaderComment, readHeaderComments, toSex, toYears } from '../wfdb-comments.ts';
import { listedRecords } from './records.ts';
import { SNOMED_NAMES } from './snomed-names.ts';

/**
 * The PhysioNet/CinC Challenges 2020 and 2021 (Perez Alday et al. 2020, Reyna et al. 2021) one by one; all there is to
 * know stands in the comments of the headers (`#Dx:` or `# Dx:`). Whose ECG it is the Challenge does not tell: a split by
 * patient takes every ECG for another person.
 *
 * @param source a folder of the Challenge; only headers are read
 * @param options `records`: paths without suffix, by default those of the folder's RECORDS files
 * @throws DatasetError without `onProblem`, for the first header that is missing or wrong
 */
export async function* readChallenge(
  source: Source,
  {
    records = listedRecords(source),
    ...options
  }: ReaderOptions & { records?: Iterable<string> | AsyncIterable<string> } = {},
): AsyncGenerator<EcgRow> {
  for await (const path of records) {
    const comments = await readHeaderComments(source, path, options);
    if (comments) yield challengeRow(path, comments);
  }
}

function challengeRow(path: string, comments: readonly HeaderComment[]): EcgRow {
  return {
    dataset: 'challenge',
    identity: new Identity(path.slice(path.lastIndexOf('/') + 1)),
    recording: { format: 'wfdb', path },
    ...known('age', coarseAge(toYears(commentValue(comments, 'Age')))),
    ...known('sex', toSex(commentValue(comments, 'Sex'))),
    labels: diagnoses(commentValue(comments, 'Dx') ?? ''),
    report: '',
    file: `${path}.hea`,
    line: 1,
  };
}

/** '164889003,59118001' by name; a code that the Challenge's tables do not name keeps its number. */
function diagnoses(dx: string): EcgLabel[] {
  const codes = dx.split(',').map((code) => code.trim());
  return codes.filter((code) => /^\d+$/.test(code)).map((code) => ({ code, name: SNOMED_NAMES[code] ?? code }));
}
