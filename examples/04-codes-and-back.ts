// %% [markdown]
// # 4. Codes and back
//
// `@heartllm/fsq-tokenizer` by itself: no language model, no tensor library. A small network looks at each lead, and every 32 ms
// twelve leads become four numbers, each rounded to one of six levels: one of 6 × 6 × 6 × 6 = 1296 codes. Ten seconds are 313
// codes. A decoder makes an ECG of them again.
//
// Run it from the root of the repository: `npx tsx examples/04-codes-and-back.ts`

// %%
import { mkdirSync, writeFileSync } from 'node:fs';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { ecgPaper } from '@heartllm/ecg-plot';
import { codeUsage, EcgTokenizer, fidelity } from '@heartllm/fsq-tokenizer';
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

const ptbxl = folderSource('examples/data/ptbxl');
const record = await readRecord(ptbxl, 'records500/00000/00913_hr');

// %% [markdown]
// ## Encode
//
// The encoder comes with the package; for decoding name a model folder, here the embedded model's.

// %%
const tokenizer = await EcgTokenizer.load(folderSource('packages/nano/model'));
const { codes, scale } = tokenizer.tokenize(record);
const { used, perplexity } = codeUsage(codes);
console.log(`${codes.length} codes: ${codes.slice(0, 12).join(' ')} ...`);
console.log(`${used} different ones, as many as ${perplexity.toFixed(0)} equally frequent ones`);

// %% [markdown]
// A code is four digits in base 6. Codes that differ by one step in one digit stand for nearly the same: the order of the numbers
// means something, unlike that of words.

// %%
const digits = [0, 1, 2, 3].map((i) => Math.floor(codes[100] / 6 ** i) % 6);
const levels = Array.from(tokenizer.fsq.indicesToCodes([codes[100]]), (level) => level.toFixed(1));
console.log(
  `code ${codes[100]} = digits ${digits.join(' ')} (the first counts 1, then 6, 36, 216) = levels ${levels.join(' ')}`,
);

const bits = codes.length * Math.log2(1296);
console.log(
  `${record.signal.length * record.samples * 16} bits recorded, ${bits.toFixed(0)} bits of codes: 1 in ${Math.round((12 * 5000 * 16) / bits)}`,
);

// %% [markdown]
// ## Decode
//
// Codes know no millivolts: every lead was scaled to mean 0 and standard deviation 1 first. Two numbers a lead, the `scale`, bring
// them back.

// %%
const decoded = tokenizer.decode(codes, scale);
writeFileSync('examples/out/04-decoded.svg', ecgPaper(record, { overlay: decoded, overlayLabel: 'decoded', codes }));
console.log('drawn in examples/out/04-decoded.svg: the decoded ECG over the recorded one, the codes under it');

// %% [markdown]
// ## What is lost
//
// Mean squared errors say little to a cardiologist. `fidelity` measures what he would: are the beats where they were, is a QRS as wide,
// has the ST segment moved?

// %%
const lost = fidelity(record.signal, decoded, record.fs);
console.log(`beats: ${lost.beats.paired} of ${lost.beats.original}`);
console.log(
  `R-peaks ${lost.rPeakMs.meanAbsolute.toFixed(1)} ms off, QRS ${lost.qrsDurationMs.meanAbsolute.toFixed(1)} ms longer or shorter`,
);
console.log('lead   PRD   correlation   ST moved by');
record.leads.forEach((lead, i) => {
  const { prd, correlation, stLevel } = lost.leads[i];
  console.log(
    lead.padEnd(4),
    `${prd.toFixed(0)} %`.padStart(5),
    correlation.toFixed(3).padStart(13),
    `${(1000 * stLevel.meanAbsolute).toFixed(0)} µV`.padStart(13),
  );
});

// %% [markdown]
// ## How far a code reaches
//
// The decoder looks at neighbours, too. Replace one code and see where the signal changes: that is how much of the ECG a code is about.

// %%
const MIDDLE = 156;
const other = Int32Array.from(codes, (code, i) => (i === MIDDLE ? (code + 648) % 1296 : code));
const changed = tokenizer.decode(other, scale);
const change = Array.from({ length: 200 }, (_, i) => {
  const t = MIDDLE * 16 - 92 + i;
  const squares = decoded.map((lead, l) => (lead[t] - changed[l][t]) ** 2);
  return { ms: (t - MIDDLE * 16) * 2, mV: Math.sqrt(squares.reduce((a, b) => a + b) / 12) };
});
draw('examples/out/04-reach.svg', {
  width: 760,
  height: 260,
  x: { label: 'ms from the beginning of the code', grid: true },
  y: { label: 'change (mV, root mean square of the leads)', grid: true },
  marks: [
    Plot.rectX([{ from: 0, to: 32 }], { x1: 'from', x2: 'to', fill: '#ffcc66', fillOpacity: 0.7 }),
    Plot.areaY(change, { x: 'ms', y: 'mV', fill: '#4477aa', fillOpacity: 0.25 }),
    Plot.lineY(change, { x: 'ms', y: 'mV', stroke: '#4477aa' }),
    Plot.text([{ ms: 36, label: 'its own 32 ms' }], {
      x: 'ms',
      text: 'label',
      frameAnchor: 'top',
      textAnchor: 'start',
      dy: 2,
    }),
  ],
});
const total = change.reduce((sum, { mV }) => sum + mV ** 2, 0);
const near = change.filter(({ ms }) => Math.abs(ms - 16) <= 96).reduce((sum, { mV }) => sum + mV ** 2, 0);
console.log(`${((100 * near) / total).toFixed(0)} % of the change is within 96 ms of the code's middle`);

// %% [markdown]
// ## While it is recorded
//
// A stream takes samples as they come, here a fifth of a second at a time, and gives codes as soon as they can be known. The network
// normalizes over its whole window, so codes of the last seconds differ from those of the whole recording (the package's README says by how
// much, and how to train a tokenizer for which they do not).

// %%
const stream = tokenizer.stream({ hop: 16, lookahead: 7 });
let count = 0;
for (let from = 0; from < record.samples; from += 100) {
  const given = stream.push(record.signal.map((lead) => lead.subarray(from, from + 100)));
  if (given.length && count < 120) console.log(`after ${((from + 100) / 500).toFixed(1)} s: ${given.length} codes`);
  count += given.length;
}
count += stream.end().length;
console.log(`${count} codes in all`);

// %% [markdown]
// ## Many of them
//
// Worker threads, one call. The codes are the same with any number of threads, and in any browser: the codec adds in a fixed order.

// %%
const names = [
  '00000/00144_hr',
  '00000/00722_hr',
  '00000/00823_hr',
  '04000/04382_hr',
  '06000/06011_hr',
  '08000/08300_hr',
];
const records = await Promise.all(names.map((name) => readRecord(ptbxl, `records500/${name}`)));
const start = performance.now();
for await (const result of tokenizer.encodeEach(records)) {
  if ('error' in result) throw result.error;
  console.log(`${result.item.name}: ${codeUsage(result.codes).used} different codes`);
}
console.log(`${((performance.now() - start) / records.length).toFixed(0)} ms per ECG`);

// %% [markdown]
// Next: [what the codes look like](05-what-codes-look-like.ts).
