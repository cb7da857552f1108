import { type EcgRecord, prepare, withShortestFrames } from '@heartllm/ecg-io';
import type { Command } from 'commander';
import type { FileOptions } from '../files/file-options.ts';
import { readRecordFile } from '../files/read-record-file.ts';
import type { HeartLlm } from '../pipeline.ts';
import type { TokenizedEcg } from '../results.ts';
import { withAdvice } from '../with-advice.ts';
import { fileOptions } from './file-options.ts';
import { type ModelOptions, modelOptions } from './options.ts';

/** Options of the commands that give a record to the model. */
export interface EcgOptions extends ModelOptions, FileOptions {
  prepare?: boolean;
}

/** Adds those for a file, --prepare and the options of the model. */
export function ecgOptions(command: Command): Command {
  return modelOptions(
    fileOptions(command).option(
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
  options: FileOptions & Pick<EcgOptions, 'prepare'>,
): Promise<ReadEcg> {
  const read = await readRecordFile(path, { ...options, wanted: model.tokenizer.config.leads });
  // of leads with several samples per frame `fs` would be another rate
  const ecg = options.prepare ? prepare(read.ecg, model.input) : withShortestFrames(read.ecg);
  try {
    return { ecg, record: read.record, tokenized: await model.tokenize(ecg) };
  } catch (error) {
    throw withAdvice(error);
  }
}
