import { sortedSamples, type Trace } from './leads.ts';

/** How time and voltage become millimetres. */
export interface Scale {
  /** mm per second, 25. */
  speed: number;
  /** mm per mV, 10. */
  gain: number;
}

/** Where everything stands on the paper, in mm from its top left corner. */
export interface Rows {
  /** One baseline per trace. */
  baselines: number[];
  height: number;
  /** Seconds of the recording. */
  seconds: number;
  scale: Scale;
}

/** Room that a trace takes above or below its baseline, at least and at most: it may reach into the row beside it. */
const LEAST = 5;
const MOST = 16;
/** At the upper and lower edge there is no row to reach into. */
const MOST_AT_EDGE = 40;
const GAP = 3;
/** Below the last row the seconds are written. */
const AXIS = 5;
/** Most samples lie within this; a few tall complexes may reach into the next row. */
const SHARE = 0.999;

/** Puts one row per lead below the other, each as high as its trace, within limits. */
export function planRows(traces: Trace[], scale: Scale): Rows {
  const baselines: number[] = [];
  let y = 0;
  for (const [i, trace] of traces.entries()) {
    const { up, down } = extent(trace, scale.gain);
    y += Math.min(i === 0 ? MOST_AT_EDGE : MOST, up) + GAP;
    baselines.push(Math.round(y));
    y += Math.min(i === traces.length - 1 ? MOST_AT_EDGE : MOST, down);
  }
  const seconds = Math.max(0, ...traces.map(({ values, fs, start }) => start + values.length / fs));
  return { baselines, height: Math.ceil((y + AXIS) / 5) * 5, seconds, scale };
}

/** How far a trace goes up and down, in mm, and LEAST at least. */
function extent({ values, zero }: Trace, gain: number): { up: number; down: number } {
  const sorted = sortedSamples(values);
  if (!sorted.length) return { up: LEAST, down: LEAST };
  const last = sorted.length - 1;
  return {
    up: Math.max(LEAST, (sorted[Math.floor(SHARE * last)] - zero) * gain),
    down: Math.max(LEAST, (zero - sorted[Math.ceil((1 - SHARE) * last)]) * gain),
  };
}
