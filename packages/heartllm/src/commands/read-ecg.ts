import { type EcgRecord, prepare, withShortestFrames } from '@heartllm/ecg-io';
import { type Command, InvalidArgumentError } from 'commander';
import { readRecordFile } from '../files/read-record-file.ts';
import type { HeartLlm } from '../pipeline.ts';
import type { TokenizedEcg } from '../results.ts';
import { withAdvice } from '../with-advice.ts';
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

/** A record that a path names, and its codes with all that belongs to them. */
export interface ReadEcg {
  /** As the model takes it. */
  ecg: EcgRecord;
  /** The path without the suffix of a WFDB header. */
  record: string;
  tokenized: TokenizedEcg;
}

/**
 * Reads the record that a path names and turns it into codes.
 *
 * @throws RecordingError for a record that does not fit; without --prepare it says if that would help
 */
export async function readEcg(
  path: string,
  model: HeartLlm,
  options: Pick<EcgOptions, 'fs' | 'prepare'>,
): Promise<ReadEcg> {
  const read = await readRecordFile(path, { fs: options.fs, leads: model.tokenizer.config.leads });
  // of leads with several samples per frame `fs` would be another rate
  const ecg = options.prepare ? prepare(read.ecg, model.input) : withShortestFrames(read.ecg);
  try {
    return { ecg, record: read.record, tokenized: await model.tokenize(ecg) };
  } catch (error) {
    throw withAdvice(error);
  }
}
