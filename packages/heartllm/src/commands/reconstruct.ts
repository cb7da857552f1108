import { codeUsage, type Deviation } from '@heartllm/fsq-tokenizer';
import type { Command } from 'commander';
import type { ReconstructedEcg } from '../results.ts';
import { perform, type Rendered, type Shell, table, warn } from '../terminal/terminal.ts';
import { type EachRecord, forEachRecord } from './each-record.ts';
import { openCodec, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

/** What the command tells of a record. What could not be measured is NaN, in JSON null. */
type Losses = ReturnType<typeof lossesOf>;
type RecordLosses = Losses & { record: string; model: string; warnings: string[] };

const LEGEND = [
  'mse: mean squared error on the z-scored signal (0 perfect, 1 as good as a flat line); PRD: its root in per cent',
  'R, QRS, ST: mean error of R-peak, QRS duration and ST level at J + 60 ms; beats: those of the record found again',
];

/** `heartllm reconstruct RECORD...` */
export function reconstructCommand(program: Command, shell: Shell): void {
  ecgOptions(program.command('reconstruct'))
    .description('turn records into codes and back, and measure what is lost')
    .argument('<record...>', RECORD)
    .action((paths: string[], options: EcgOptions) =>
      perform(shell, options, () => runReconstruct(paths, options, shell), renderReconstruct),
    );
}

interface Reconstructed extends EachRecord<RecordLosses> {
  codebook: { size: number; used: number; perplexity: number };
  /** The model's. */
  leads: string[];
}

async function runReconstruct(paths: string[], options: EcgOptions, shell: Shell): Promise<Reconstructed> {
  const model = await openCodec(options);
  const { config, fsq } = model.tokenizer;
  const codes: number[] = [];
  const records = await forEachRecord(shell, 'reconstructing', paths, async (path) => {
    const { ecg, record, tokenized } = await readEcg(path, model, options);
    const { warnings } = tokenized;
    const decoded = await model.reconstruct(ecg, tokenized);
    codes.push(...decoded.codes);
    warn(shell, warnings);
    return { record, ...lossesOf(decoded), model: model.manifest.name, warnings };
  });
  const { used, perplexity } = codeUsage(codes, fsq.codebookSize);
  return { ...records, codebook: { size: fsq.codebookSize, used, perplexity }, leads: config.leads };
}

function renderReconstruct({ done, failed, failure, codebook, leads }: Reconstructed): Rendered {
  return {
    fields: { records: done, codebook, ...(failure && { failed }) },
    lines: done.length > 0 ? reconstructLines(done, codebook, leads) : [],
    failure,
  };
}

function reconstructLines(
  done: RecordLosses[],
  { size, used, perplexity }: Reconstructed['codebook'],
  leads: string[],
) {
  const heads = ['record', 'mse', 'PRD %', 'corr', 'beats', 'R ms', 'QRS ms', 'ST mV', 'codes', 'perplexity'];
  const [{ model, bitsPerSecond }] = done;
  return [
    ...table([heads, ...done.map((losses) => [losses.record, ...recordCells(losses)])], '  '),
    '',
    ...table([[done.length > 1 ? 'mean' : '', ...leads], ...leadRows(done)], '  '),
    '',
    ...LEGEND,
    `model ${model}: ${used} of ${size} codes used, perplexity ${perplexity.toFixed(1)}, ${bitsPerSecond.toFixed(1)} bits per second`,
  ];
}

function lossesOf({ mse, msePerLead, codesUsed, perplexity, bitsPerSecond, fidelity }: ReconstructedEcg) {
  const { leads, beats, rPeakMs, qrsDurationMs } = fidelity;
  return {
    mse,
    msePerLead,
    prdPerLead: leads.map(({ prd }) => prd),
    correlationPerLead: leads.map(({ correlation }) => correlation),
    stLevelMvPerLead: leads.map(({ stLevel }) => stLevel),
    beats,
    rPeakMs,
    qrsDurationMs,
    codesUsed,
    perplexity,
    bitsPerSecond,
  };
}

function recordCells(losses: Losses): string[] {
  const { mse, beats, rPeakMs, qrsDurationMs, codesUsed, perplexity } = losses;
  return [
    mse.toFixed(3),
    cell(mean(losses.prdPerLead), 1),
    cell(mean(losses.correlationPerLead), 3),
    `${beats.paired}/${beats.original}${beats.decoded > beats.paired ? ` +${beats.decoded - beats.paired}` : ''}`,
    cell(rPeakMs.meanAbsolute, 1),
    cell(qrsDurationMs.meanAbsolute, 1),
    cell(mean(losses.stLevelMvPerLead.map(amount)), 3),
    String(codesUsed),
    perplexity.toFixed(1),
  ];
}

/** One row per measure, the mean of all records. */
function leadRows(records: Losses[]): string[][] {
  const row = (name: string, digits: number, perLead: (losses: Losses) => number[]) => [
    name,
    ...records[0].msePerLead.map((_, lead) => cell(mean(records.map((losses) => perLead(losses)[lead])), digits)),
  ];
  return [
    row('mse', 2, ({ msePerLead }) => msePerLead),
    row('PRD %', 1, ({ prdPerLead }) => prdPerLead),
    row('corr', 2, ({ correlationPerLead }) => correlationPerLead),
    row('ST mV', 2, ({ stLevelMvPerLead }) => stLevelMvPerLead.map(amount)),
  ];
}

function amount({ meanAbsolute }: Deviation): number {
  return meanAbsolute;
}

/** Of what could be measured. */
function mean(values: number[]): number {
  const measured = values.filter((value) => !Number.isNaN(value));
  return measured.reduce((sum, value) => sum + value, 0) / measured.length;
}

function cell(value: number, digits: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(digits);
}
