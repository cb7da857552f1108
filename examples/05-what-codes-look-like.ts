// %% [markdown]
// # 5. What the codes look like
//
// 1296 words nobody has spoken before. How often is each used? Which stretch of an ECG does one stand for? And does the language
// model, which sees nothing but their numbers, know that neighbours are alike?
//
// Run it from the root of the repository: `npx tsx examples/05-what-codes-look-like.ts`

// %%
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { openPtbxl } from '@heartllm/ecg-datasets';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { codeColour } from '@heartllm/ecg-plot';
import { codeUsage, delineate, EcgTokenizer, zScore } from '@heartllm/fsq-tokenizer';
import { openSafetensors } from '@heartllm/safetensors';
import { EcgVocabulary } from '@heartllm/vocab-bridge';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import seedrandom from 'seedrandom';
import { UMAP } from 'umap-js';

mkdirSync('examples/out', { recursive: true });

/** Saves a chart of Observable Plot, which draws into a document; Node has none. */
function draw(file: string, chart: Plot.PlotOptions) {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({ document, style: { background: 'white', fontSize: '12px' }, marginBottom: 42, ...chart });
  writeFileSync(file, svg.outerHTML.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'));
  console.log(`drawn in ${file}`);
}

// %% [markdown]
// ## Thirteen ECGs as codes

// %%
const ptbxl = folderSource('examples/data/ptbxl');
const model = folderSource('packages/nano/model');
const tokenizer = await EcgTokenizer.load(model);
const { rows } = await openPtbxl(ptbxl);
const ecgs = await Promise.all(
  rows.map(async ({ filename500, scpCodes }) => {
    const record = await readRecord(ptbxl, filename500);
    return { record, codes: tokenizer.encode(record), diagnosis: Object.keys(scpCodes)[0] };
  }),
);

// %% [markdown]
// ## How often
//
// Like words of a language, a few codes are everywhere and most are rare. A healthy codebook is used broadly: a tokenizer that
// has collapsed says everything with a handful of codes, and the number of codes used, counted over all 1296, shows it.

// %%
const all = ecgs.flatMap(({ codes }) => [...codes]);
const usage = codeUsage(all);
console.log(`${all.length} codes, ${usage.used} of 1296 in use, perplexity ${usage.perplexity.toFixed(0)}`);
const ranked = Array.from(usage.counts, (count, code) => ({ code, count }))
  .filter(({ count }) => count > 0)
  .sort((a, b) => b.count - a.count)
  .map((entry, i) => ({ ...entry, rank: i + 1 }));
console.log(
  `most frequent: ${ranked
    .slice(0, 5)
    .map(({ code, count }) => `${code} (${count}×)`)
    .join(', ')}`,
);

draw('examples/out/05-frequency.svg', {
  width: 760,
  height: 280,
  x: { label: 'code, the most frequent first' },
  y: { label: 'times in 13 ECGs', grid: true },
  marks: [
    Plot.ruleY([all.length / 1296], { strokeDasharray: '4 3' }),
    Plot.text(['if all 1296 were equally frequent'], {
      y: all.length / 1296,
      frameAnchor: 'right',
      textAnchor: 'end',
      dy: -8,
      text: (label) => label,
    }),
    Plot.rectY(ranked, {
      x1: 'rank',
      x2: ({ rank }) => rank + 1,
      y: 'count',
      fill: ({ code }) => codeColour(code),
    }),
  ],
});

// %% [markdown]
// ## Code against waveform
//
// Codes know what phase of the beat they are in. Line up all beats of the normal ECG at their R-peaks: over them each of the four
// digits goes its own way. The T wave is a slow change of two of them.

// %%
const normal = ecgs.find(({ record }) => record.name === '00913_hr')!;
const beats = delineate(normal.record.signal, normal.record.fs).map(({ peak }) => peak);
const lead2 = zScore([normal.record.signal[1]]).z[0];
const waveform: { ms: number; value: number; beat: number }[] = [];
const dots: { ms: number; digit: number; which: string; code: number }[] = [];
for (const [beat, peak] of beats.entries()) {
  if (peak < 160 || peak + 280 > lead2.length) continue;
  for (let t = -150; t < 275; t++) waveform.push({ ms: 2 * t, value: lead2[peak + t], beat });
  for (let i = Math.ceil((peak - 150) / 16); i * 16 < peak + 275; i++) {
    const code = normal.codes[i];
    for (let d = 0; d < 4; d++) {
      const ms = 2 * (i * 16 + 8 - peak);
      dots.push({ ms, digit: Math.floor(code / 6 ** d) % 6, which: `digit ${d + 1}`, code });
    }
  }
}
const facet = { fy: 'which' };
draw('examples/out/05-beats.svg', {
  width: 760,
  height: 620,
  marginLeft: 60,
  marginRight: 60,
  x: { label: 'ms from the R-peak', grid: true, domain: [-300, 550] },
  y: { label: null, ticks: [] },
  fy: { label: null, padding: 0.12, domain: ['lead II', 'digit 1', 'digit 2', 'digit 3', 'digit 4'] },
  marks: [
    Plot.line(
      waveform.map((point) => ({ ...point, value: Math.min(5, point.value), which: 'lead II' })),
      { ...facet, x: 'ms', y: 'value', z: 'beat', strokeOpacity: 0.5, strokeWidth: 1 },
    ),
    Plot.dot(dots, { ...facet, x: 'ms', y: 'digit', fill: ({ code }) => codeColour(code), r: 3.5, fillOpacity: 0.8 }),
    Plot.line(
      dots.map((dot) => ({ ...dot, ms: 32 * Math.floor(dot.ms / 32) + 16 })),
      Plot.groupX({ y: 'mean' }, { ...facet, x: 'ms', y: 'digit', z: null, curve: 'natural', stroke: '#555' }),
    ),
  ],
});

// %% [markdown]
// ## One code, many places
//
// Which codes belong to the QRS complex, which to the T wave, which to the pause between beats? For each, three codes that are frequent there
// and rare elsewhere, and lead II of all thirteen ECGs wherever one of them stands. The shaded 32 ms are the code's own, the red line is the mean.

// %%
const PHASES = { 'QRS complex': [-40, 20], 'T wave': [220, 340], 'between beats': [-400, -240] };
const places = ecgs.flatMap(({ record, codes }) => {
  const peaks = delineate(record.signal, record.fs).map(({ peak }) => peak);
  const z = zScore([record.signal[1]]).z[0];
  return Array.from(codes.subarray(8, 300), (code, i) => {
    const at = (i + 8) * 16;
    const inside = ([from, to]: number[]) => peaks.some((r) => (at + 8 - r) * 2 >= from && (at + 8 - r) * 2 < to);
    const phase = Object.entries(PHASES).find(([, span]) => inside(span))?.[0];
    return { code, phase, place: `${record.name}.${at}`, waveform: z.subarray(at - 64, at + 80) };
  });
});
const panels = Object.keys(PHASES).flatMap((phase) => {
  const score = (code: number) => {
    const count = places.filter((place) => place.code === code && place.phase === phase).length;
    return (count * count) / usage.counts[code]; // how often there, times which share of all
  };
  const best = ranked.map(({ code }) => ({ code, score: score(code) })).sort((a, b) => b.score - a.score);
  return best.slice(0, 3).map(({ code }, column) => ({ code, phase, column, label: `code ${code}` }));
});
for (const phase of Object.keys(PHASES)) {
  const codes = panels.filter((panel) => panel.phase === phase).map(({ code }) => code);
  console.log(`${phase}: codes ${codes.join(', ')}`);
}
const traces = panels.flatMap(({ code, phase, column }) =>
  places
    .filter((other) => other.code === code)
    .flatMap(({ place, waveform }) =>
      Array.from(waveform, (z, t) => ({ ms: 2 * (t - 64), value: Math.max(-3, Math.min(5, z)), place, phase, column })),
    ),
);
const cell = { fx: 'column', fy: 'phase' } as const;
draw('examples/out/05-places.svg', {
  width: 820,
  height: 560,
  marginRight: 110,
  x: { label: 'ms from the beginning of the code', ticks: [-100, 0, 100] },
  y: { label: 'lead II (standard deviations)', ticks: [-2, 0, 2, 4] },
  fx: { axis: null, padding: 0.06 },
  fy: { label: null, padding: 0.08, domain: Object.keys(PHASES) },
  marks: [
    Plot.frame({ stroke: '#ddd' }),
    Plot.rectX(panels, {
      ...cell,
      x1: () => 0,
      x2: () => 32,
      fill: ({ code }) => codeColour(code),
      fillOpacity: 0.4,
    }),
    Plot.line(traces, { ...cell, x: 'ms', y: 'value', z: 'place', strokeOpacity: 0.25, strokeWidth: 0.7 }),
    Plot.line(traces, Plot.groupX({ y: 'mean' }, { ...cell, x: 'ms', y: 'value', stroke: '#b00', strokeWidth: 1.8 })),
    Plot.text(panels, { ...cell, text: 'label', frameAnchor: 'top-left', dx: 5, dy: 5, fontWeight: 'bold' }),
  ],
});

// %% [markdown]
// ## What the language model makes of them
//
// To the Llama a code is a row of its embedding matrix, 128 numbers, like any other word. Nobody told it that code 700 and code 701
// are one rounding step apart; it began with random rows. UMAP draws the rows so that similar ones are close together: codes in
// their colours, words of text as grey dots.

// %%
const vocabulary = new EcgVocabulary(JSON.parse(readFileSync('packages/nano/model/llm/tokenizer.json', 'utf8')));
const llm = await openSafetensors(model, 'llm/model.safetensors');
const { data, shape } = await llm.read('model.embed_tokens.weight');
const embedding = (id: number) => Array.from((data as Float32Array).subarray(id * shape[1], (id + 1) * shape[1]));

const { vocab } = vocabulary.tokenizerJson.model;
const points = [
  ...Array.from({ length: vocabulary.codes }, (_, code) => ({ code, word: '', id: vocabulary.firstCodeId + code })),
  ...Object.entries(vocab)
    .filter(([piece]) => /^Ġ[a-z]{3,}$/.test(piece)) // words: Ġ is the space before one
    .map(([piece, id]) => ({ code: -1, word: piece.slice(1), id })),
];

/** Cosine distance: rows differ in length by how often a word was seen. */
const cosine = (a: number[], b: number[]) => {
  const dot = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + value * q[i], 0);
  return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const umap = new UMAP({ nNeighbors: 15, minDist: 0.15, nEpochs: 250, random: seedrandom('1'), distanceFn: cosine });
const places2d = umap.fit(points.map(({ id }) => embedding(id)));
const map = points.map((point, i) => ({ ...point, x: places2d[i][0], y: places2d[i][1] }));
const ofCodes = map.filter(({ code }) => code >= 0);
const ofWords = map.filter(({ word }) => word);
console.log(`UMAP of ${map.length} rows: ${ofCodes.length} codes and ${ofWords.length} words`);

// as many words as can be read: none over another
const [width, height] = [0.1, 0.022].map((share, axis) => {
  const values = places2d.map((place) => place[axis]);
  return share * (Math.max(...values) - Math.min(...values));
});
const readable: typeof ofWords = [];
for (const word of ofWords) {
  if (readable.every(({ x, y }) => Math.abs(x - word.x) > width || Math.abs(y - word.y) > height)) readable.push(word);
}
draw('examples/out/05-umap.svg', {
  width: 900,
  height: 680,
  marginBottom: 20,
  inset: 20,
  x: { axis: null },
  y: { axis: null },
  marks: [
    Plot.dot(ofCodes, { x: 'x', y: 'y', r: 2.8, fill: ({ code }) => codeColour(code) }),
    Plot.dot(ofWords, { x: 'x', y: 'y', r: 1.5, fill: '#999' }),
    Plot.text(readable, { x: 'x', y: 'y', text: 'word', fontSize: 10, stroke: 'white', strokeWidth: 3, fill: '#111' }),
  ],
});

// %% [markdown]
// Pictures of 128 dimensions in two can say anything, so count: are codes that differ by one step in one digit more alike to the model
// than any two codes? Where the second numbers are larger than the first, it has found out by itself.

// %%
const steps = ofCodes.flatMap(({ code }) =>
  [0, 1, 2, 3].filter((d) => Math.floor(code / 6 ** d) % 6 < 5).map((d) => [code, code + 6 ** d, d]),
);
const similarity = ([a, b]: number[]) =>
  1 - cosine(embedding(vocabulary.firstCodeId + a), embedding(vocabulary.firstCodeId + b));
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const random = seedrandom('2');
const pairs = Array.from({ length: 4000 }, () => [random(), random()].map((u) => Math.floor(u * 1296))).filter(
  ([a, b]) => a !== b,
);
console.log(`mean cosine similarity of two codes: ${mean(pairs.map(similarity)).toFixed(3)}`);
for (const d of [0, 1, 2, 3]) {
  console.log(
    `  of neighbours in digit ${d + 1}: ${mean(steps.filter((step) => step[2] === d).map(similarity)).toFixed(3)}`,
  );
}

// %% [markdown]
// Next: [codes among words](06-words-and-prompts.ts).
