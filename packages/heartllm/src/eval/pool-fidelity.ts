import type { Deviation, Fidelity } from '@heartllm/fsq-tokenizer';

/** What is lost of many recordings. */
export interface PooledFidelity {
  /** Percent root-mean-square difference and correlation, means over recordings, in the order of the leads. */
  prdPerLead: number[];
  correlationPerLead: number[];
  /** Beats found in the originals, in what was decoded, and in both. */
  beats: { original: number; decoded: number; paired: number };
  /** Over all beats, in ms. */
  rPeakMs: Deviation;
  qrsDurationMs: Deviation;
  /** Over all beats, in mV, in the order of the leads. */
  stLevelMvPerLead: Deviation[];
}

/** Means over recordings, and over the beats of all of them; what could not be measured is left out. */
export function poolFidelity(all: readonly Fidelity[]): PooledFidelity {
  const leads = all[0].leads.map((_, l) => all.map((each) => each.leads[l]));
  const sum = (of: (beats: Fidelity['beats']) => number) => all.reduce((total, { beats }) => total + of(beats), 0);
  return {
    prdPerLead: leads.map((of) => meanOfKnown(of.map(({ prd }) => prd))),
    correlationPerLead: leads.map((of) => meanOfKnown(of.map(({ correlation }) => correlation))),
    beats: {
      original: sum(({ original }) => original),
      decoded: sum(({ decoded }) => decoded),
      paired: sum(({ paired }) => paired),
    },
    rPeakMs: poolDeviations(all.map(({ rPeakMs }) => rPeakMs)),
    qrsDurationMs: poolDeviations(all.map(({ qrsDurationMs }) => qrsDurationMs)),
    stLevelMvPerLead: leads.map((of) => poolDeviations(of.map(({ stLevel }) => stLevel))),
  };
}

/** A mean over all beats is that of the recordings' means, each as often as it has beats. */
function poolDeviations(deviations: readonly Deviation[]): Deviation {
  const measured = deviations.filter(({ beats }) => beats > 0);
  const beats = measured.reduce((sum, deviation) => sum + deviation.beats, 0);
  const pooled = (of: (deviation: Deviation) => number) =>
    measured.reduce((sum, deviation) => sum + deviation.beats * of(deviation), 0) / beats;
  return { beats, mean: pooled(({ mean }) => mean), meanAbsolute: pooled(({ meanAbsolute }) => meanAbsolute) };
}

function meanOfKnown(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
