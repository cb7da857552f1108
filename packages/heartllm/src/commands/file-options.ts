import { type Command, InvalidArgumentError } from 'commander';
import type { FileOptions } from '../files/file-options.ts';

const DELIMITERS: Readonly<Record<string, FileOptions['delimiter']>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  space: ' ',
};
const AXES = ['exam', 'sample', 'lead'] as const;

/** Adds the options that say what a file does not say itself, and which part of it is wanted. */
export function fileOptions(command: Command): Command {
  return command
    .optionsGroup('Options for what a file does not say itself:')
    .option('--fs <hz>', 'samples per second of a table, an array or an HDF5 file', aboveZero)
    .option('--units <unit>', 'unit of their leads, mV, uV or V, and of signals of EDF that name none', text)
    .option('--gain <n>', 'their numbers per unit, 1000 for integers in uV that shall be mV', aboveZero)
    .option(
      '--leads <names>',
      'leads to read, by name (I,II,V1) or in WFDB and EDF by number; names for all where a file has none',
      names,
    )
    .option('--time <column>', 'column of a table with the time, by name or number from 0', text)
    .option('--delimiter <name>', 'between the fields of a table: comma, semicolon, tab or space', delimiter)
    .option('--axes <names>', 'axes of an array or dataset, exam,lead,sample', axes)
    .option('--tracings <path>', 'dataset of an HDF5 file with the signals', text)
    .option('--ids <path>', "dataset with the exams' ids, or none", text)
    .optionsGroup('Options for a part of a recording:')
    .option('--from <s>', 'second at which to begin', seconds)
    .option('--to <s>', 'second at which to end', seconds)
    .optionsGroup('Options:');
}

function aboveZero(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('It must be above 0.');
  return number;
}

function seconds(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0 && number < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError('It must be a number of seconds from 0.');
  }
  return number;
}

function text(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return value;
}

function names(value: string): string[] {
  const all = value.split(',').map((name) => name.trim());
  if (all.includes('')) throw new InvalidArgumentError('It must be names with commas between them.');
  return all;
}

function delimiter(value: string): FileOptions['delimiter'] {
  const found = DELIMITERS[value] ?? Object.values(DELIMITERS).find((character) => character === value);
  if (!found) throw new InvalidArgumentError('It must be comma, semicolon, tab or space.');
  return found;
}

function axes(value: string): FileOptions['axes'] {
  return names(value).map((name) => {
    const axis = AXES.find((known) => known === name);
    if (!axis) throw new InvalidArgumentError('It must be exam, sample and lead, in the order of the file.');
    return axis;
  });
}
