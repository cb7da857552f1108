import type { EcgRecord } from '@heartllm/ecg-io';
import { type Command, InvalidArgumentError } from 'commander';
import { readRecordFile } from '../files/read-record-file.ts';
import { fit } from '../fit.ts';
import type { HeartLlm } from '../pipeline.ts';
import { type ModelOptions, modelOptions } from './options.ts';

/** Options of the commands that give a record to the model. */
export interface EcgOptions extends ModelOptions {
  prepare?: boolean;
  fs?: number;
}

/** Adds --fs. */
export function rateOption(command: Command): Command {
  return command.option(
    '--fs <hz>',
    'samples per second of a .csv, .hdf5, .npy or .npz file that does not tell it',
    hertz,
  );
}

function hertz(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('It must be above 0.');
  return value;
}

/** Adds --fs, --prepare and the options of the model. */
export function ecgOptions(command: Command): Command {
  return modelOptions(
    rateOption(command).option(
      '--prepare',
      'make a record fit: resample it, cut or pad it, derive limb leads (each told as a warning)',
    ),
  );
}

/**
 * Reads the record that a path names, as the model takes it.
 *
 * @throws RecordingError for a record that does not fit; without --prepare it says whether that would help
 */
export async function readEcg(
  path: string,
  model: HeartLlm,
  options: Pick<EcgOptions, 'fs' | 'prepare'>,
): Promise<{ ecg: EcgRecord; record: string }> {
  const { ecg, record } = await readRecordFile(path, { fs: options.fs, leads: model.tokenizer.config.leads });
  return { ecg: fit(ecg, model, options.prepare ?? false), record };
}
