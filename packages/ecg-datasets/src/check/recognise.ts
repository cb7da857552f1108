import type { CheckedDataset } from './report.ts';

/** The file that tells a data set, in the order in which they are tried. */
const MARKS: [CheckedDataset, RegExp][] = [
  ['ptb-xl', /^ptbxl_database\.csv$/],
  ['mimic-iv-ecg', /^record_list\.csv$/],
  ['code-15', /^exams\.csv$/],
  ['ludb', /^ludb\.csv$/],
  ['ecg-qa', /(?:^|[/_])(?:template|paraphrased)[/_](?:train|valid|test)(?:[/_]\d+)?\.json$/],
  ['ecg-qa', /^(?:train|valid|test)\/\d+\.json$/],
  [
    'heartllm',
    /^(?:dataset\/)?(?:(?:ecgqa|report)\/)?(?:[\w-]+\/)?(?:template_(?:train|valid|test)_background|(?:train|valid|test))\.json$/,
  ],
];

/** Data sets that have such a table. */
const TABLES: readonly (CheckedDataset | undefined)[] = ['ptb-xl', 'mimic-iv-ecg', 'code-15', 'ludb'];

/** The tables by which a data set is known also where it lies in a folder of its own. */
const TABLE = /^(.+)\/(?:ptbxl_database|record_list|exams|ludb)\.csv$/;

/**
 * Which data set lies in a folder.
 *
 * @param files all files below the folder, by path
 * @returns undefined where there is none, nor any WFDB header, or where data sets lie in folders below (`datasetFolders`);
 *   'wfdb' may turn out to be the Challenge's
 */
export function recogniseDataset(files: Iterable<string>): CheckedDataset | undefined {
  const found = new Set<CheckedDataset>();
  let below = false;
  for (const file of files) {
    for (const [dataset, mark] of MARKS) if (mark.test(file)) found.add(dataset);
    if (file.endsWith('.hea')) found.add('wfdb');
    below ||= TABLE.test(file);
  }
  const [first] = [...MARKS.map(([dataset]) => dataset), 'wfdb' as const].filter((dataset) => found.has(dataset));
  return below && !TABLES.includes(first) ? undefined : first;
}

/** The folders below this one that are data sets: what somebody means who names the folder above. */
export function datasetFolders(files: Iterable<string>): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    const folder = TABLE.exec(file)?.[1];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].sort();
}
