import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { settleFolder } from '../files/leftovers.ts';
import { checkWritable } from '../files/output-file.ts';
import { realFolder } from '../files/real-folder.ts';
import { reportPath } from './report-file.ts';
import { checkpointPath } from './run-checkpoint.ts';
import { logPath } from './run-log.ts';

/** Where a stage reads and writes, whatever it trains. */
export interface RunPlace {
  /** Folder of PTB-XL. */
  data: string;
  /** Model folder to write; checkpoint and log go beside it. */
  out: string;
  /** Replace a model folder that is there. */
  force: boolean;
  /** Go on from the checkpoint, if there is one. */
  resume: boolean;
  /** Ends the run after the current step, with a checkpoint. */
  signal: AbortSignal;
}

/**
 * Makes the folder that a run writes into, and takes away what a killed run left there.
 *
 * @throws FileError where one of the files beside the model folder cannot be written: before hours of work, not after
 */
export async function settleRun(out: string): Promise<void> {
  await mkdir(dirname(resolve(out)), { recursive: true });
  await settleFolder(await realFolder(out));
  for (const path of [checkpointPath(out), logPath(out), reportPath(out)]) await checkWritable(path);
}
