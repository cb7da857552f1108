import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWfdb } from './wfdb.ts';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/data/ptbxl', import.meta.url));

/** Numbers of four of the examples, of different patients. */
export const EVALUATED = ['00144', '00722', '00823', '00913'];

/**
 * A part of PTB-XL to evaluate on: four of the examples in fold 9, with synthetic signals that differ, and the rows alone of the
 * others in fold 1.
 */
export async function writeFold9(folder: string): Promise<string> {
  const records = join(folder, 'records500', '00000');
  await mkdir(records, { recursive: true });
  await copyFile(join(EXAMPLES, 'scp_statements.csv'), join(folder, 'scp_statements.csv'));
  const [header, ...rows] = (await readFile(join(EXAMPLES, 'ptbxl_database.csv'), 'utf8')).split('\n');
  const isEvaluated = (row: string) => EVALUATED.some((number) => row.includes(`/${number}_hr`));
  const moved = rows.map((row) => (isEvaluated(row) ? row : row.replace(/,9,(?=records)/, ',1,')));
  await writeFile(join(folder, 'ptbxl_database.csv'), [header, ...moved].join('\n'));
  for (const [i, number] of EVALUATED.entries()) {
    const value = (lead: number, sample: number) =>
      Math.round(300 * Math.sin((sample * (lead + 1 + 2 * i)) / 50) + (sample % 400 < 20 ? 200 * (i + 1) : 0));
    await writeWfdb(records, `${number}_hr`, { value });
  }
  return folder;
}
