import type { EcgRecord } from '@heartllm/ecg-io';
import type { Command } from 'commander';
import type { FileOptions } from '../files/file-options.ts';
import { type RecordFile, readRecordFile } from '../files/read-record-file.ts';
import { type CommonOptions, perform, type Rendered, type Shell, table, warn } from '../terminal/terminal.ts';
import { fileOptions } from './file-options.ts';
import { commonOptions, RECORD } from './options.ts';

/** `heartllm info RECORD` */
export function infoCommand(program: Command, shell: Shell): void {
  fileOptions(commonOptions(program.command('info')))
    .description('tell what a record holds')
    .argument('<record>', RECORD)
    .action((path: string, options: CommonOptions & FileOptions) =>
      perform(shell, options, () => runInfo(path, options, shell), renderInfo),
    );
}

async function runInfo(path: string, options: FileOptions, shell: Shell): Promise<RecordFile> {
  const file = await readRecordFile(path, options);
  warn(shell, file.ecg.meta.warnings);
  return file;
}

function renderInfo({ record, ecg }: RecordFile): Rendered {
  return { fields: infoFields(record, ecg), lines: infoLines(record, ecg) };
}

/** The fields of `info --json`. */
export function infoFields(record: string, ecg: EcgRecord) {
  const { format, gains, baselines, invalidSamples, warnings } = ecg.meta;
  return {
    record,
    fs: ecg.fs,
    samples: ecg.samples,
    leads: ecg.leads,
    units: ecg.units,
    gains,
    baselines,
    format,
    comments: ecg.comments,
    /** In all leads together. */
    invalidSamples: invalidSamples.reduce((sum, count) => sum + count, 0),
    invalidSamplesPerLead: invalidSamples,
    ...(ecg.startTime ? { startTime: ecg.startTime.toISOString() } : {}),
    warnings,
  };
}

function infoLines(record: string, ecg: EcgRecord): string[] {
  const { gains, baselines, invalidSamples, format } = ecg.meta;
  const rows = ecg.leads.map((lead, i) => {
    const { min, max } = range(ecg.signal[i]);
    return [lead, ecg.units[i], String(gains[i]), String(baselines[i]), min, max, String(invalidSamples[i])];
  });
  return [
    `${record}: ${ecg.leads.length} leads, ${ecg.samples} samples, ${ecg.fs} Hz, ${ecg.samples / ecg.fs} s, ${/^\d/.test(format) ? `WFDB format ${format}` : format.toUpperCase()}`,
    '',
    ...table([['lead', 'unit', 'gain', 'baseline', 'min', 'max', 'invalid'], ...rows], '  '),
    ...(ecg.comments.length ? ['', ...ecg.comments.map((comment) => `  # ${comment}`)] : []),
  ];
}

function range(lead: Float32Array): { min: string; max: string } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of lead) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? { min: '-', max: '-' } : { min: min.toFixed(3), max: max.toFixed(3) };
}
