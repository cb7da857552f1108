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

/** Room that a trace takes above or below its baseline, at least and at most. */
const LEAST = 5;
const MOST = 16;
const GAP = 3;
/** Most samples lie within this; a few tall complexes may reach into the next row. */
const SHARE = 0.999;

/** Puts one row per lead below the other, each as high as its trace, within limits. */
export function planRows(traces: Trace[], scale: Scale): Rows {
  const baselines: number[] = [];
  let y = 0;
  for (const trace of traces) {
    const { up, down } = extent(trace, scale.gain);
    y += up + GAP;
    baselines.push(Math.round(y));
    y += down;
  }
  const seconds = Math.max(0, ...traces.map(({ values, fs, start }) => start + values.length / fs));
  return { baselines, height: Math.ceil((y + GAP) / 5) * 5, seconds, scale };
}

/** How far a trace goes up and down, in mm, within limits. */
function extent({ values, zero }: Trace, gain: number): { up: number; down: number } {
  const sorted = sortedSamples(values);
  if (!sorted.length) return { up: LEAST, down: LEAST };
  const last = sorted.length - 1;
  const within = (mm: number) => Math.min(MOST, Math.max(LEAST, mm));
  return {
    up: within((sorted[Math.floor(SHARE * last)] - zero) * gain),
    down: within((zero - sorted[Math.ceil((1 - SHARE) * last)]) * gain),
  };
}
