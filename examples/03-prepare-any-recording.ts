// %% [markdown]
// # 3. Any recording, made ready for the model
//
// The model reads 12 leads in one order, 10 s at 500 Hz. Recordings come otherwise: 250 or 1000 Hz, microvolts, aVF before
// aVL, no aVR at all, 8 seconds, a gap. `prepare` makes them fit, and tells every change, so that nothing happens silently.
//
// Run it from the root of the repository: `npx tsx examples/03-prepare-any-recording.ts`

// %%
import { mkdirSync, writeFileSync } from 'node:fs';
import { crop, type EcgRecord, PrepareError, pad, prepare, readRecord, resample } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

mkdirSync('examples/out', { recursive: true });

/** Saves a chart of Observable Plot, which draws into a document; Node has none. */
function draw(file: string, chart: Plot.PlotOptions) {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({ document, style: { background: 'white', fontSize: '12px' }, marginBottom: 42, ...chart });
  writeFileSync(file, svg.outerHTML.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'));
  console.log(`drawn in ${file}`);
}

// %% [markdown]
// ## One ECG in many disguises
//
// Take a good recording and spoil it in the ways that data sets do. Each function gives an `EcgRecord` again.

// %%
const record = await readRecord(folderSource('examples/data/ptbxl'), 'records500/04000/04382_hr');

const atRate = (fs: number): EcgRecord => {
  const signal = record.signal.map((lead) => resample(lead, record.fs, fs));
  return { ...record, fs, signal, samples: signal[0].length };
};
const withLeads = (names: string[]): EcgRecord => {
  const at = names.map((name) => record.leads.findIndex((lead) => lead.toUpperCase() === name.toUpperCase()));
  return { ...record, leads: names, signal: at.map((i) => record.signal[i]), units: at.map((i) => record.units[i]) };
};
const withGap = (from: number, to: number): EcgRecord => ({
  ...record,
  signal: record.signal.map((lead) => lead.map((value, t) => (t >= from && t < to ? Number.NaN : value))),
});

const MIMIC = ['I', 'II', 'III', 'aVR', 'aVF', 'aVL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']; // its order of leads
const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const disguises: Record<string, EcgRecord> = {
  'as it is': record,
  'MIMIC-IV-ECG: aVF before aVL': withLeads(MIMIC),
  '1000 Hz': atRate(1000),
  '250 Hz': atRate(250),
  microvolts: {
    ...record,
    units: record.units.map(() => 'uV'),
    signal: record.signal.map((lead) => lead.map((value) => value * 1000)),
  },
  'eight leads: I II V1..V6': withLeads(['I', 'II', ...CHEST]),
  'a gap of 0.1 s': withGap(2000, 2050),
  '8 s': crop(record, 0, 4000),
  '20 s': pad(record, 10_000),
};

// %% [markdown]
// ## What `prepare` does to each
//
// The limb leads are two measurements in six views: any four follow from the other two (III = II − I, aVR = −(I + II)/2,
// ...), so eight leads are enough. The last column counts the ECG's codes that stay as they were: the price of the change.

// %%
const tokenizer = await EcgTokenizer.load();
const original = tokenizer.encode(record);
const agreement: { disguise: string; share: number }[] = [];
for (const [disguise, spoiled] of Object.entries(disguises)) {
  const ready = prepare(spoiled);
  const codes = tokenizer.encode(ready);
  const share = codes.filter((code, i) => code === original[i]).length / codes.length;
  agreement.push({ disguise, share });
  console.log(`${disguise.padEnd(30)} ${`${(100 * share).toFixed(0)} %`.padStart(5)}`);
  for (const warning of ready.meta.warnings.slice(0, 2)) console.log(`    ${warning}`);
}

// %% [markdown]
// Order, unit and derived leads cost nothing or nearly so: the z-score takes the unit away, names tell the order. Another rate or a cut
// changes samples a little or a lot, and with them the codes near a rounding boundary.

// %%
draw('examples/out/03-agreement.svg', {
  width: 720,
  height: 280,
  marginLeft: 190,
  marginRight: 50,
  x: { percent: true, domain: [0, 100], grid: true, label: 'codes that stay the same (%)' },
  y: { label: null, domain: agreement.map(({ disguise }) => disguise) },
  marks: [
    Plot.barX(agreement, { x: 'share', y: 'disguise', fill: '#4477aa' }),
    Plot.text(agreement, {
      x: 'share',
      y: 'disguise',
      text: ({ share }) => `${Math.round(100 * share)} %`,
      textAnchor: 'start',
      dx: 5,
    }),
  ],
});

// %% [markdown]
// ## What it refuses
//
// A chest lead cannot be derived, and ten seconds of nothing are no ECG. Better an error than an invented signal. Who knows what he
// does takes flat lines (`missing: 'flat'`); the codes then say little.

// %%
const refused = { 'no V6': withLeads(['I', 'II', ...CHEST.slice(0, 5)]), 'a gap of 1 s': withGap(2000, 2500) };
for (const [why, spoiled] of Object.entries(refused)) {
  try {
    prepare(spoiled);
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    console.log(`${why}: ${error.message}`);
  }
}
const flat = tokenizer.encode(prepare(refused['no V6'], { missing: 'flat' }));
console.log(`V6 as a flat line: ${flat.filter((code, i) => code === original[i]).length} of 313 codes left`);

// %% [markdown]
// ## Noise
//
// Filters are there, and off unless asked for: the model was trained on unfiltered signals. Here a wandering baseline and mains hum
// are added to lead II, and taken out again.

// %%
const noisy: EcgRecord = {
  ...record,
  signal: record.signal.map((lead) =>
    lead.map(
      (v, t) => v + 0.4 * Math.sin((2 * Math.PI * 0.2 * t) / 500) + 0.1 * Math.sin((2 * Math.PI * 50 * t) / 500),
    ),
  ),
};
const clean = prepare(noisy, { baseline: true, mains: 50 });
const rows = [
  ['recorded', record],
  ['with baseline wander and mains hum', noisy],
  ['prepare(…, { baseline: true, mains: 50 })', clean],
] as const;
draw('examples/out/03-filters.svg', {
  width: 900,
  height: 420,
  marginRight: 10,
  x: { label: 'seconds', grid: true },
  y: { label: 'mV', ticks: 3 },
  fy: { axis: null, padding: 0.15, domain: rows.map(([name]) => name) },
  marks: [
    Plot.frame({ stroke: '#ddd' }),
    Plot.line(
      rows.flatMap(([name, { signal }]) =>
        Array.from(signal[1].subarray(0, 2500), (mV, t) => ({ seconds: t / 500, mV, name })),
      ),
      { x: 'seconds', y: 'mV', fy: 'name', strokeWidth: 1 },
    ),
    Plot.text(rows, {
      fy: ([name]) => name,
      text: ([name]) => name,
      frameAnchor: 'top-left',
      dx: 6,
      dy: 6,
      fontWeight: 'bold',
    }),
  ],
});

// %% [markdown]
// Next: [codes and back](04-codes-and-back.ts).
