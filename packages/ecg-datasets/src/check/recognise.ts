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

/**
 * Which data set lies in a folder.
 *
 * @param files all files below the folder, by path
 * @returns undefined where there is none, nor any WFDB header; 'wfdb' may turn out to be the Challenge's
 */
export function recogniseDataset(files: Iterable<string>): CheckedDataset | undefined {
  const found = new Set<CheckedDataset>();
  for (const file of files) {
    for (const [dataset, mark] of MARKS) if (mark.test(file)) found.add(dataset);
    if (file.endsWith('.hea')) found.add('wfdb');
  }
  return [...MARKS.map(([dataset]) => dataset), 'wfdb' as const].find((dataset) => found.has(dataset));
}
