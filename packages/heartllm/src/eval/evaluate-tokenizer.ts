import { codeUsage, type Fidelity, normalizeSignal, prepareSignal } from '@heartllm/fsq-tokenizer';
import type { HeartLlm } from '../pipeline.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { bootstrap, type Interval } from './bootstrap.ts';
import { type EvalEcg, otherPatients } from './controls.ts';
import { type EvalRecordings, patientOf } from './data.ts';
import { EvaluationError } from './error.ts';
import { FittedRecordings } from './load-ecgs.ts';
import { type PooledFidelity, poolFidelity } from './pool-fidelity.ts';

/** What `heartllm eval tokenizer` tells; errors on the z-scored signal. */
export interface TokenizerEvaluation {
  /** Recordings. */
  n: number;
  mse: number;
  interval: Interval;
  /** In the order of `leads`. */
  msePerLead: number[];
  leads: string[];
  /** Different codes that occur, of so many. */
  codesUsed: number;
  codebookSize: number;
  perplexity: number;
  /** What is lost in the recordings' own unit: shape, and what beats are measured by. */
  fidelity: PooledFidelity;
  controls: {
    /** A flat line at the mean of each lead. */
    none: { mse: number };
    /** What another patient's codes are decoded to; null where all are one patient's. */
    shuffled: { mse: number; interval: Interval } | null;
  };
  dataset: string;
  leftOut: Record<string, number>;
  changed: number;
  notes: string[];
}

/** Turns every recording into codes and back, and measures what is lost. */
export async function evaluateTokenizer(
  data: EvalRecordings,
  { model, seed, signal }: { model: HeartLlm; seed: number; signal: AbortSignal },
  terminal: Terminal,
): Promise<TokenizerEvaluation> {
  const { tokenizer, manifest } = model;
  if (!tokenizer.config.decoder) {
    throw new EvaluationError(
      `model ${manifest.name}: its ECG tokenizer has no decoder, so nothing can be reconstructed`,
    );
  }
  const read = new FittedRecordings(data, [...data.recordings.keys()], model, terminal, 'reconstructing', signal);
  const ecgs: EvalEcg[] = [];
  const own: number[][] = []; // [records][leads]
  const lost: Fidelity[] = [];
  for await (const { place, record } of read) {
    const { codes, msePerLead, fidelity } = await model.reconstruct(record);
    ecgs.push({ codes, patient: patientOf(data, place) });
    own.push(msePerLead);
    lost.push(fidelity);
  }
  const donors = otherPatients(ecgs, seed);
  const flat: number[] = []; // [records]
  const other: number[] = []; // [records], where there is another patient
  // read a second time: the signals of a whole data set do not fit into memory, its codes do
  const again = new FittedRecordings(data, read.kept, model, terminal, 'comparing', signal);
  for await (const { record } of again) {
    const { z } = normalizeSignal(prepareSignal(record, tokenizer.config).signal, tokenizer.config); // [leads][samples]
    const donor = donors?.[flat.length];
    flat.push(mean(z.map((lead) => meanSquare(lead))));
    if (donor === undefined) continue;
    other.push(mean(tokenizer.decode(ecgs[donor].codes).map((lead, l) => meanSquare(lead, z[l]))));
  }
  if (flat.length < ecgs.length)
    throw new EvaluationError(`${data.dataset}: recordings went away while they were read`);
  const perRecord = own.map(mean);
  const usage = codeUsage(
    ecgs.flatMap(({ codes }) => [...codes]),
    tokenizer.fsq.codebookSize,
  );
  const { changed, ...leftOut } = read.counts;
  return {
    n: own.length,
    mse: mean(perRecord),
    interval: meanInterval(perRecord, seed),
    msePerLead: tokenizer.config.leads.map((_, l) => mean(own.map((leads) => leads[l]))),
    leads: tokenizer.config.leads,
    codesUsed: usage.used,
    codebookSize: usage.counts.length,
    perplexity: usage.perplexity,
    fidelity: poolFidelity(lost),
    controls: {
      none: { mse: mean(flat) },
      shuffled: donors ? { mse: mean(other), interval: meanInterval(other, seed) } : null,
    },
    dataset: data.dataset,
    leftOut: { ...leftOut },
    changed,
    notes: data.notes,
  };
}

function meanSquare(a: Float32Array, b?: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - (b ? b[i] : 0)) ** 2;
  return sum / a.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanInterval(values: readonly number[], seed: number): Interval {
  const drawnMean = (drawn: Uint32Array) => values.reduce((sum, value, i) => sum + drawn[i] * value, 0) / values.length;
  return bootstrap(values.length, (drawn) => [drawnMean(drawn)], { seed })[0];
}
