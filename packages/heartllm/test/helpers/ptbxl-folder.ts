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
