import { millivoltsPer } from '@heartllm/ecg-plot';
import {
  codeUsage,
  type Deviation,
  type EcgTokenizer,
  fidelity,
  type Recording,
  undoZScore,
} from '@heartllm/fsq-tokenizer';
import type { ReconstructedEcg, TokenizedEcg } from './results.ts';

/** An ECG decoded from its codes, and what was lost on the way. */
export function reconstruct(tokenizer: EcgTokenizer, record: Recording, tokenized: TokenizedEcg): ReconstructedEcg {
  const { config, fsq } = tokenizer;
  const { codes, scale, units, prepared, tokensPerSecond } = tokenized;
  const decodedZ = tokenizer.decode(codes); // [leads][samples]
  const decoded = undoZScore(decodedZ, scale);
  const msePerLead = decodedZ.map((lead, i) => meanSquaredError(lead, prepared.z[i]));
  const lost = fidelity(prepared.signal, decoded, config.sampling_rate);
  const signal: Float32Array[] = record.signal.map((lead) => new Float32Array(lead.length).fill(Number.NaN));
  for (const [i, place] of prepared.order.entries()) signal[place] = decoded[i];
  return {
    ...tokenized,
    signal,
    mse: msePerLead.reduce((sum, value) => sum + value, 0) / msePerLead.length,
    msePerLead,
    fidelity: {
      ...lost,
      leads: lost.leads.map((lead, i) => ({ ...lead, stLevel: inMillivolts(lead.stLevel, units?.[i] ?? 'mV') })),
    },
    perplexity: codeUsage(codes, fsq.codebookSize).perplexity,
    bitsPerSecond: tokensPerSecond * Math.log2(fsq.codebookSize),
  };
}

function inMillivolts({ beats, mean, meanAbsolute }: Deviation, unit: string): Deviation {
  const factor = millivoltsPer(unit);
  if (factor === undefined) return { beats: 0, mean: Number.NaN, meanAbsolute: Number.NaN };
  return { beats, mean: factor * mean, meanAbsolute: factor * meanAbsolute };
}

function meanSquaredError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
}
