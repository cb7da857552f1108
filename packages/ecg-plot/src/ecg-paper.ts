import { codeStrip } from './code-strip.ts';
import { escapeText } from './escape.ts';
import { MM_PER_MV, MM_PER_SECOND, type PaperLayout, planPaper, type Strip } from './layout.ts';
import { millivoltsPer } from './millivolts.ts';
import { type Shading, shades, shadesLegend } from './shading.ts';
import { baselineOf, tracePath, UNITS_PER_MM } from './trace.ts';

/** What is needed of an EcgRecord to print it. */
export interface PrintableEcg {
  /** Printed above the ECG. */
  name: string;
  /** Frames per second. */
  fs: number;
  /** Frames; a lead with several samples per frame is that much longer. */
  samples: number;
  /** Names, one per lead of `signal`; the twelve standard ones are known in any order and case. */
  leads: string[];
  /** 'mV', 'uV', 'V' and the like, one per lead. */
  units: string[];
  /** One array per lead, NaN where invalid. */
  signal: ArrayLike<number>[];
}

/** What is drawn beside the ECG itself. Signals are [leads][samples] in the record's units. */
export interface EcgPaperOptions {
  /** A second trace in blue over the first: same leads, units and rate. */
  overlay?: ArrayLike<number>[];
  /** What the second trace is, for the caption. Default 'reconstruction'. */
  overlayLabel?: string;
  /** ECG codes from the start of the record, drawn as a strip on the same time axis. */
  codes?: ArrayLike<number>;
  /** Levels of the codes' quantizer, 6 6 6 6 by default. */
  levels?: number[];
  /** Values per code laid under the traces as shades, where a model looked for instance. */
  shading?: Shading;
  /** Length of the whole record in seconds, where `record` is only its beginning. */
  seconds?: number;
}

/** A lead that is drawn, in mV. */
interface DrawnLead {
  /** Samples per second. */
  fs: number;
  /** The value that lies on the row's baseline. */
  zero: number;
  signal: Float64Array;
  overlay?: Float64Array;
}

const PAPER = { background: '#fffafa', minor: '#f6c9c9', major: '#e89c9c', ink: '#161616', overlay: '#0b63e6' };
const TOP_MM = 8;
const CAPTION_MM = 7;
const CODES_MM = 13;

/**
 * A record as on standard ECG paper, an SVG drawing whose units are millimetres: 25 mm/s, 10 mm/mV, squares of 1 and
 * 5 mm, four columns of three leads and a rhythm strip of lead II. It prints in scale.
 *
 * Each lead's median lies on its baseline, as on an AC-coupled recorder. NaN breaks the trace. A trace that leaves its
 * row is cut at the baselines of the neighbouring rows. Records without the twelve standard leads get one row per
 * lead; of long records the first 10 s are drawn. What is no voltage, a breath or a pressure, is left out.
 *
 * @throws RangeError for a record without any voltage, and for signals without samples
 */
export function ecgPaper(record: PrintableEcg, options: EcgPaperOptions = {}): string {
  if (!record.samples || !record.signal.length)
    throw new RangeError(`record ${record.name}: there are no samples to draw`);
  const voltages = [...record.leads.keys()].filter((lead) => millivoltsPer(record.units[lead]));
  if (voltages.length === 0) throw noVoltage(record);
  const layout = planPaper(
    voltages.map((lead) => record.leads[lead]),
    record.samples / record.fs,
  );
  const drawn = voltages.map((lead): DrawnLead => {
    const scale = millivoltsPer(record.units[lead])!;
    const signal = inMillivolts(record.signal[lead], scale);
    const overlay = options.overlay && inMillivolts(options.overlay[lead], scale);
    return { fs: (record.fs * signal.length) / record.samples, zero: baselineOf(signal), signal, overlay };
  });
  const { codes } = options;
  const height = TOP_MM + layout.height + (codes ? CODES_MM : 0) + CAPTION_MM;
  const traces = (which: 'signal' | 'overlay', colour: string, width: number) =>
    layout.strips.map((strip) => {
      const { [which]: source, fs, zero } = drawn[strip.lead];
      return source ? trace(strip, source, fs, zero, colour, width) : '';
    });

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}mm" height="${height}mm" viewBox="0 0 ${layout.width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="3.4" fill="${PAPER.ink}" role="img">`,
    `<title>${escapeText(`ECG ${record.name}`)}</title>`,
    `<rect width="${layout.width}" height="${height}" fill="#fff"/>`,
    `<text x="1" y="5" font-weight="bold">${escapeText(record.name)}</text>`,
    options.overlay ? legend(layout.width, options.overlayLabel ?? 'reconstruction') : '',
    options.shading ? shadesLegend(options.shading, layout.width - 1, 5) : '',
    `<g transform="translate(0 ${TOP_MM})">`,
    grid(layout.width, layout.height),
    options.shading ? shades(options.shading, layout) : '',
    ...layout.rows.map((baseline) => calibrationPulse(baseline)),
    ...traces('signal', PAPER.ink, 0.28),
    ...traces('overlay', PAPER.overlay, 0.26),
    ...layout.strips.map((strip) => stripLabel(strip)),
    codes ? codesRow(codes, layout, options.levels) : '',
    '</g>',
    caption(drawn, layout, options.seconds ?? record.samples / record.fs, height),
    '</svg>',
  ]
    .filter(Boolean)
    .join('\n');
}

function noVoltage({ name, leads: [lead], units: [unit] }: PrintableEcg): RangeError {
  const found = `record ${name}, lead ${lead}: unit '${unit}' cannot be drawn on ECG paper`;
  return new RangeError(`${found}, expected mV, uV, nV or V`);
}

function inMillivolts(lead: ArrayLike<number>, factor: number): Float64Array {
  return Float64Array.from(lead, (value) => value * factor);
}

/** Squares of 1 mm, every fifth line stronger. */
function grid(width: number, height: number): string {
  const lines = (every: number, skip: number) => {
    let path = '';
    for (let x = 0; x <= width; x += every) if (!skip || x % skip) path += `M${x} 0V${height}`;
    for (let y = 0; y <= height; y += every) if (!skip || y % skip) path += `M0 ${y}H${width}`;
    return path;
  };
  return [
    `<rect width="${width}" height="${height}" fill="${PAPER.background}"/>`,
    `<path d="${lines(1, 5)}" stroke="${PAPER.minor}" stroke-width="0.12"/>`,
    `<path d="${lines(5, 0)}" stroke="${PAPER.major}" stroke-width="0.24"/>`,
  ].join('\n');
}

/** 1 mV for 200 ms: 10 mm high, 5 mm wide. */
function calibrationPulse(baseline: number): string {
  return `<path d="M4 ${baseline}h2v-${MM_PER_MV}h${0.2 * MM_PER_SECOND}v${MM_PER_MV}h2" fill="none" stroke="${PAPER.ink}" stroke-width="0.28"/>`;
}

/** The nested svg element cuts the trace at the neighbouring rows' baselines. */
function trace(
  strip: Strip,
  signal: Float64Array,
  fs: number,
  zero: number,
  colour: string,
  strokeWidth: number,
): string {
  const from = Math.round(strip.from * fs);
  const to = Math.round(strip.to * fs) + 1; // one sample more, so that the columns meet
  const width = (strip.to - strip.from) * MM_PER_SECOND;
  const viewBox = [0, -strip.above, width, strip.above + strip.below]
    .map((mm) => Math.round(mm * UNITS_PER_MM))
    .join(' ');
  return (
    `<svg x="${strip.x}" y="${strip.baseline - strip.above}" width="${round(width)}" height="${strip.above + strip.below}" viewBox="${viewBox}">` +
    `<path d="${tracePath(signal, fs, from, to, zero)}" fill="none" stroke="${colour}" stroke-width="${strokeWidth * UNITS_PER_MM}" stroke-linejoin="round" stroke-linecap="round"/></svg>`
  );
}

function stripLabel({ label, x, baseline, separated }: Strip): string {
  const separator = separated
    ? `<path d="M${x} ${baseline - 5}v3.5m0 3v3.5" stroke="${PAPER.ink}" stroke-width="0.3" fill="none"/>`
    : '';
  return `${separator}<text x="${x + 1}" y="${baseline - 9}" font-weight="bold" stroke="${PAPER.background}" stroke-width="0.8" paint-order="stroke">${escapeText(label)}</text>`;
}

function codesRow(codes: ArrayLike<number>, layout: PaperLayout, levels?: number[]): string {
  const y = layout.height + 2;
  const ticks = Array.from({ length: Math.floor(layout.seconds) + 1 }, (_, second) => {
    const x = layout.traceX + second * MM_PER_SECOND;
    return `<path d="M${x} ${y + 6}v1" stroke="${PAPER.ink}" stroke-width="0.2"/><text x="${x}" y="${y + 10}" text-anchor="middle" font-size="2.6">${second} s</text>`;
  });
  return [
    `<text x="1" y="${y + 4}" font-size="3">codes</text>`,
    codeStrip(codes, { x: layout.traceX, y, height: 6, width: layout.seconds * MM_PER_SECOND, levels }),
    ...ticks,
  ].join('\n');
}

function legend(width: number, label: string): string {
  const text = (x: number, colour: string, name: string) =>
    `<path d="M${x} 3.9h7" stroke="${colour}" stroke-width="0.4"/><text x="${x + 9}" y="5">${escapeText(name)}</text>`;
  return text(width - 82, PAPER.ink, 'recorded') + text(width - 46, PAPER.overlay, label);
}

function caption(drawn: DrawnLead[], layout: PaperLayout, duration: number, height: number): string {
  const shown =
    duration > layout.seconds ? `first ${layout.seconds} of ${number(duration)} s` : `${number(duration)} s`;
  const leads = new Set(layout.strips.map(({ lead }) => drawn[lead]));
  const rates = [...new Set(Array.from(leads, ({ fs }) => number(fs)))];
  const parts = [`${MM_PER_SECOND} mm/s`, `${MM_PER_MV} mm/mV`, `${rates.join(', ')} Hz`, shown];
  return `<text x="1" y="${height - 2}">${parts.join('    ').replace(/ {4}/g, '\u2003')}</text>`;
}

const number = (value: number) => String(Math.round(value * 100) / 100);
const round = (value: number) => Math.round(value * 1000) / 1000;
