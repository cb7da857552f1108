import {
  codeUsage,
  type Deviation,
  type EcgTokenizer,
  fidelity,
  findLeads,
  normalizeSignal,
  prepareSignal,
  type Recording,
  undoZScore,
} from '@heartllm/fsq-tokenizer';
import { millivoltsPer } from './millivolts.ts';
import type { ReconstructedEcg, TokenizedEcg } from './results.ts';

/** An ECG decoded from its codes, and what was lost on the way. */
export function reconstruct(
  tokenizer: EcgTokenizer,
  record: Recording & { units?: string[] },
  tokenized: TokenizedEcg,
): ReconstructedEcg {
  const { config, fsq } = tokenizer;
  const { signal } = prepareSignal(record, config);
  const { z, ...scale } = normalizeSignal(signal, config);
  const decodedZ = tokenizer.decode(tokenized.codes); // [leads][samples]
  const decoded = undoZScore(decodedZ, scale);
  const msePerLead = decodedZ.map((lead, i) => meanSquaredError(lead, z[i]));
  const lost = fidelity(signal, decoded, config.sampling_rate);
  const places = findLeads(record, config.leads); // of the model's leads in the record
  return {
    ...tokenized,
    signal: record.signal.map(
      (lead, i) => decoded[places.indexOf(i)] ?? new Float32Array(lead.length).fill(Number.NaN),
    ),
    mse: msePerLead.reduce((sum, value) => sum + value, 0) / msePerLead.length,
    msePerLead,
    fidelity: {
      ...lost,
      leads: lost.leads.map((lead, i) => ({
        ...lead,
        stLevel: inMillivolts(lead.stLevel, record.units?.[places[i]] ?? 'mV'),
      })),
    },
    perplexity: codeUsage(tokenized.codes, fsq.codebookSize).perplexity,
    bitsPerSecond: tokenized.tokensPerSecond * Math.log2(fsq.codebookSize),
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
