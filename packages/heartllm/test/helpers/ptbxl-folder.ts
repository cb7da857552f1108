import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWfdb } from './wfdb.ts';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/data/ptbxl', import.meta.url));

/** A part of PTB-XL to train on: the rows of three examples, two of which become fold 1, with synthetic signals. */
export async function writePtbxl(folder: string): Promise<string> {
  await mkdir(join(folder, 'records500', '00000'), { recursive: true });
  await copyFile(join(EXAMPLES, 'scp_statements.csv'), join(folder, 'scp_statements.csv'));
  const table = await readFile(join(EXAMPLES, 'ptbxl_database.csv'), 'utf8');
  await writeFile(join(folder, 'ptbxl_database.csv'), table.replaceAll(/,9,(?=.*00(144|722)_hr)/g, ',1,'));
  for (const name of ['00144_hr', '00722_hr', '00913_hr']) {
    await writeWfdb(join(folder, 'records500', '00000'), name);
  }
  return folder;
}

/** As many recordings as asked for, each another signal of another patient, in ten folds; ids from 1. */
export async function writeManyPtbxl(folder: string, count: number): Promise<string> {
  await mkdir(join(folder, 'records500', '00000'), { recursive: true });
  await copyFile(join(EXAMPLES, 'scp_statements.csv'), join(folder, 'scp_statements.csv'));
  const [header, row] = (await readFile(join(EXAMPLES, 'ptbxl_database.csv'), 'utf8')).split('\n');
  const rows = Array.from({ length: count }, (_, i) => {
    const name = String(i + 1).padStart(5, '0');
    return row
      .replace(/^\d+,[^,]+/, `${i + 1},${i + 1}`)
      .replace(/,9,(?=records)/, `,${(i % 10) + 1},`)
      .replaceAll('00144', name);
  });
  await writeFile(join(folder, 'ptbxl_database.csv'), `${[header, ...rows].join('\n')}\n`);
  for (let i = 1; i <= count; i++) {
    const value = (lead: number, sample: number) => Math.round(300 * Math.sin((sample * (lead + i)) / 50));
    await writeWfdb(join(folder, 'records500', '00000'), `${String(i).padStart(5, '0')}_hr`, { value });
  }
  return folder;
}
