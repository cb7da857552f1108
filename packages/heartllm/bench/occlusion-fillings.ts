/**
 * How far occlusion depends on what a masked stretch is filled with, and how many codes a change of the signal in one stretch changes:
 * the first table of docs/why.md and the figures of its limits.
 *
 *   npm run bench:fillings -w heartllm
 *
 * On records of examples/data (fold 9). --model DIR (the embedded model), --backend auto. Paths count from packages/heartllm.
 */
import { parseArgs } from 'node:util';
import { type BackendName, useBackend } from '@heartllm/backend';
import { type EcgRecord, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { codeDigits } from '@heartllm/ecg-plot';
import { codesToIds, questionPrompt } from '@heartllm/vocab-bridge';
import { HeartLlm } from '../src/index.ts';
import { askText } from '../src/why/asked-text.ts';
import { quietCodes } from '../src/why/mask.ts';
import { rankCorrelation } from '../src/why/rank-correlation.ts';
import { planWindows, type Stretch } from '../src/why/windows.ts';

const RECORDS = ['00000/00823_hr', '04000/04382_hr', '06000/06011_hr', '10000/10804_hr', '12000/12903_hr'];
const QUESTIONS = [
  'Does this ECG show symptoms of inverted t-waves?',
  'Does this ECG show symptoms of myocardial infarction?',
  'Does this ECG show symptoms of non-specific st depression?',
];
const [WINDOW, CODE_SAMPLES, FARTHEST] = [8, 16, 4];

const { values: options } = parseArgs({
  options: { model: { type: 'string' }, backend: { type: 'string', default: 'auto' } },
});
await useBackend(options.backend as BackendName);
const model = await HeartLlm.load(options.model === undefined ? undefined : folderSource(options.model));
const language = await model.language();
const { levels } = language.fsq;

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value in the middle; of an even number the lower. */
const median = (values: number[]) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];

function mostFrequent(codes: Int32Array): number {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function medianCode(codes: Int32Array): number {
  const digits = Array.from(codes, (code) => codeDigits(code, levels));
  const middle = levels.map((_, d) => median(digits.map((of) => of[d])));
  return middle.reduceRight((code, digit, d) => code * levels[d] + digit, 0); // digit 0 counts ones
}

/** The codes of the record with a straight line in the stretch, in every lead. */
async function flattened(record: EcgRecord, { from, to }: Stretch): Promise<Int32Array> {
  const [first, end] = [from * CODE_SAMPLES, Math.min(to * CODE_SAMPLES, record.samples)];
  const signal = record.signal.map((lead) => {
    const line = lead.slice();
    const [before, behind] = [lead[Math.max(0, first - 1)], lead[Math.min(end, record.samples - 1)]];
    for (let t = first; t < end; t++) line[t] = before + ((behind - before) * (t - first + 1)) / (end - first + 1);
    return line;
  });
  return (await model.tokenize({ ...record, signal })).codes;
}

const repeated = (codes: Int32Array, filling: number[], { from, to }: Stretch) =>
  codes.map((code, i) => (i >= from && i < to ? filling[(i - from) % filling.length] : code));

const names = ['quietest', 'most frequent code', 'median code', 'line in the signal, codes inside', 'left out'];
const correlations: (number | null)[][][] = []; // [asked][filling][filling]
const squares: number[][] = []; // [asked][filling]
const changed = new Map<number, number[]>(); // by how far from the stretch, 0 within; Infinity: farther than that

for (const path of RECORDS) {
  const record = await readRecord(folderSource('../../examples/data/ptbxl/records500'), path);
  const { codes } = await model.tokenize(record);
  const windows = planWindows(codes.length, WINDOW, WINDOW);
  const lines = [];
  for (const window of windows) {
    const line = await flattened(record, window);
    lines.push(line);
    for (const [i, code] of line.entries()) {
      const away = Math.max(window.from - i, i - window.to + 1, 0);
      const key = away > FARTHEST ? Number.POSITIVE_INFINITY : away;
      changed.set(key, [...(changed.get(key) ?? []), code === codes[i] ? 0 : 1]);
    }
  }
  const fillings: ((window: Stretch, w: number) => Int32Array)[] = [
    (window) => repeated(codes, quietCodes(codes, levels), window),
    (window) => repeated(codes, [mostFrequent(codes)], window),
    (window) => repeated(codes, [medianCode(codes)], window),
    ({ from, to }, w) => codes.map((code, i) => (i >= from && i < to ? lines[w][i] : code)),
    ({ from, to }) => codes.filter((_, i) => i < from || i >= to),
  ];
  for (const question of QUESTIONS) {
    const prompt = questionPrompt(language.vocabulary, { codes, question });
    const { answer, firstCode } = await askText(language, { prompt, ecg: { codes }, maxNewTokens: 20 });
    const [whole] = await language.logProbabilities([prompt], answer);
    const drops = [];
    for (const fill of fillings) {
      const each = [];
      for (const [w, window] of windows.entries()) {
        const words = codesToIds(language.vocabulary, fill(window, w));
        const changedPrompt = [...prompt.slice(0, firstCode), ...words, ...prompt.slice(firstCode + codes.length)];
        const [left] = await language.logProbabilities([changedPrompt], answer);
        each.push(whole - left);
      }
      drops.push(each);
    }
    correlations.push(drops.map((a) => drops.map((b) => rankCorrelation(a, b))));
    squares.push(drops.map((each) => Math.sqrt(mean(each.map((drop) => drop ** 2)))));
  }
  console.error(path);
}

console.log(
  `${RECORDS.length} records, ${QUESTIONS.length} questions each; Spearman's correlation of the drops, mean over both`,
);
for (const [a, name] of names.entries()) {
  const row = names.map((_, b) => (a === b ? '    ' : mean(correlations.flatMap((of) => of[a][b] ?? [])).toFixed(2)));
  console.log(`${name.padEnd(34)} ${row.join('  ')}   ${mean(squares.map((of) => of[a])).toPrecision(2)} nats`);
}
console.log('\nshare of codes that a straight line in 8 codes of the signal changes');
for (const [away, each] of [...changed].sort(([a], [b]) => a - b)) {
  const where = away === 0 ? 'within' : away === Number.POSITIVE_INFINITY ? 'farther' : `${away} away`;
  console.log(`${where.padEnd(10)} ${(100 * mean(each)).toFixed(0)} %`);
}
await model.dispose();
