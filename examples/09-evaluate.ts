// %% [markdown]
// # 9. Evaluate, with controls
//
// A public benchmark found an ECG language model that never saw an ECG scoring as well as one that did: questions give their answers away. So no
// number here stands without the same number for the same model when it is shown *another patient's* ECG, *one code repeated*, or *no ECG* at all.
//
// On the thirteen records of this repository, which is far too few to rank models: the intervals show it. With PTB-XL on disk,
// `heartllm eval qa --data ptb-xl --fold 9` does all of this and more.
//
// Run it from the root of the repository: `npx tsx examples/09-evaluate.ts`

// %%
import { mkdirSync, writeFileSync } from 'node:fs';
import { Generator, useBackend } from '@heartllm/backend';
import { buildQuestionSet, englishReport, openPtbxl } from '@heartllm/ecg-datasets';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { exactMatch, scoreReports } from '@heartllm/text-metrics';
import { questionPrompt, reportPrompt } from '@heartllm/vocab-bridge';
import * as Plot from '@observablehq/plot';
import { HeartLlm } from 'heartllm';
import { parseHTML } from 'linkedom';
import seedrandom from 'seedrandom';

mkdirSync('examples/out', { recursive: true });
await useBackend('wasm');

/** Saves a chart of Observable Plot, which draws into a document; Node has none. */
function draw(file: string, chart: Plot.PlotOptions) {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({ document, style: { background: 'white', fontSize: '12px' }, marginBottom: 42, ...chart });
  writeFileSync(file, svg.outerHTML.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'));
  console.log(`drawn in ${file}`);
}

// %% [markdown]
// ## Questions that do not give themselves away
//
// Made from the cardiologists' codes in ECG-QA's words, balanced over the whole set: every yes/no question is answered yes as often as no, and no
// answer of an open question is more frequent than all others.

// %%
const ptbxl = folderSource('examples/data/ptbxl');
const { rows, statements } = await openPtbxl(ptbxl);
const questions = buildQuestionSet(rows, statements, { perRecord: 6, random: seedrandom('9') });
console.log(`${questions.length} questions about ${rows.length} ECGs, such as`);
for (const { question, answer } of questions.slice(0, 3)) console.log(`  ${question} ${answer.join(', ')}`);

const model = await HeartLlm.load();
const codes = new Map<number, Int32Array>();
for (const row of rows) codes.set(row.ecgId, (await model.tokenize(await readRecord(ptbxl, row.filename500))).codes);

// %% [markdown]
// ## The model and its controls
//
// The same model, the same questions, the same wording. Only what stands between `<|start_ecg|>` and `<|end_ecg|>` differs.

// %%
const next = new Map(rows.map(({ ecgId }, i) => [ecgId, rows[(i + 1) % rows.length].ecgId])); // another patient's
const counts = new Map<number, number>();
for (const code of [...codes.values()].flatMap((ecg) => [...ecg])) counts.set(code, (counts.get(code) ?? 0) + 1);
const [[frequent]] = [...counts].sort((a, b) => b[1] - a[1]);

const conditions: Record<string, (ecgId: number) => ArrayLike<number>> = {
  'its own ECG': (ecgId) => codes.get(ecgId)!,
  "another patient's": (ecgId) => codes.get(next.get(ecgId)!)!,
  'one code repeated': () => new Int32Array(313).fill(frequent),
  'no ECG': () => [],
};

const language = await model.language();
const { vocabulary } = language;
async function write(prompts: number[][], maxNewTokens: number): Promise<string[]> {
  const different = [...new Map(prompts.map((prompt) => [prompt.join(), prompt])).values()]; // without an ECG many are the same
  const texts = new Map<string, string>();
  for (let i = 0; i < different.length; i += 16) {
    const batch = different.slice(i, i + 16);
    for (const [j, { text }] of (await language.generateBatch(batch, maxNewTokens)).entries())
      texts.set(batch[j].join(), text);
  }
  return prompts.map((prompt) => texts.get(prompt.join())!);
}

// %% [markdown]
// ## Exact match
//
// As HeartLLM counts it: the set of answers must be the right one. 95 % intervals by the bootstrap over records, since questions about one ECG
// stand or fall together.

// %%
interface Score {
  condition: string;
  what: string;
  share: number;
  low: number;
  high: number;
}
const scores: Score[] = [];

/** Mean over items, and where the middle 95 % of it lie when records are drawn again. */
function interval(items: { ecgId: number; right: boolean }[], condition: string, what: string): Score {
  const random = new Generator(0);
  const share = (some: typeof items) => some.filter(({ right }) => right).length / some.length;
  const byRecord = rows.map(({ ecgId }) => items.filter((item) => item.ecgId === ecgId));
  const means = Array.from({ length: 1000 }, () => share(rows.flatMap(() => byRecord[random.integer(rows.length)])));
  means.sort((a, b) => a - b);
  return { condition, what, share: share(items), low: means[25], high: means[974] };
}

const TYPES = { 'single-verify': 'yes or no', 'single-choose': 'one of two', 'single-query': 'open' };
for (const [condition, ecg] of Object.entries(conditions)) {
  const texts = await write(
    questions.map(({ ecgId, question }) => questionPrompt(vocabulary, { codes: ecg(ecgId), question })),
    40,
  );
  const answered = questions.map((question, i) => ({
    ...question,
    prediction: texts[i],
    right: exactMatch(texts[i], question.answer),
  }));
  scores.push(interval(answered, condition, 'all questions'));
  for (const [type, what] of Object.entries(TYPES)) {
    scores.push(
      interval(
        answered.filter((answer) => answer.type === type),
        condition,
        what,
      ),
    );
  }
}
console.log(
  `${'exact match'.padEnd(19)}${['all questions', ...Object.values(TYPES)].map((what) => what.padStart(22)).join('')}`,
);
for (const condition of Object.keys(conditions)) {
  const cells = scores
    .filter((score) => score.condition === condition)
    .map(({ share, low, high }) => `${share.toFixed(2)} [${low.toFixed(2)} ${high.toFixed(2)}]`.padStart(22));
  console.log(condition.padEnd(19) + cells.join(''));
}

draw('examples/out/09-controls.svg', {
  width: 860,
  height: 300,
  marginLeft: 130,
  x: { label: 'exact match', domain: [0, 1], ticks: [0, 0.5], grid: true },
  y: { label: null, domain: Object.keys(conditions) },
  fx: { label: null, domain: ['all questions', ...Object.values(TYPES)], padding: 0.08 },
  color: { domain: Object.keys(conditions), range: ['#cc3311', '#4477aa', '#4477aa', '#4477aa'] },
  marks: [
    Plot.frame({ stroke: '#ddd' }),
    Plot.link(scores, {
      fx: 'what',
      x1: 'low',
      x2: 'high',
      y1: 'condition',
      y2: 'condition',
      stroke: 'condition',
      strokeWidth: 2,
    }),
    Plot.dot(scores, { fx: 'what', x: 'share', y: 'condition', fill: 'condition', r: 5 }),
  ],
});

// %% [markdown]
// ## Reports
//
// BLEU, METEOR and ROUGE count shared words. Most ECG reports share many words, so a report about another patient gets more than nothing. What the
// ECG is worth is the difference.

// %%
for (const condition of ['its own ECG', "another patient's"]) {
  const written = await write(
    rows.map(({ ecgId }) => reportPrompt(vocabulary, { codes: conditions[condition](ecgId) })),
    100,
  );
  const pairs = rows.map((row, i) => ({ prediction: written[i], reference: englishReport(row, statements) }));
  const { bleu1, bleu4, meteor, rougeL } = scoreReports(pairs);
  const cells = Object.entries({ 'BLEU-1': bleu1, 'BLEU-4': bleu4, METEOR: meteor, 'ROUGE-L': rougeL.f });
  console.log(`${condition.padEnd(19)}${cells.map(([metric, value]) => `  ${metric} ${value.toFixed(3)}`).join('')}`);
}
await model.dispose();

// %% [markdown]
// Next: [into Python](10-export.ts).
