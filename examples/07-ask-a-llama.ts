// %% [markdown]
// # 7. Ask a Llama
//
// A Hugging Face folder with a PEFT adapter, loaded, asked, looked into. The model here is the embedded one, a Llama of under a million
// parameters trained on a part of PTB-XL; it is often wrong, and it is no medical device. A larger one is loaded by the same lines.
//
// Run it from the root of the repository: `npx tsx examples/07-ask-a-llama.ts`

// %%
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { useBackend } from '@heartllm/backend';
import { englishReport, openPtbxl, superclasses } from '@heartllm/ecg-datasets';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import { loadLlama } from '@heartllm/lora-llm';
import { EcgVocabulary, padPrompts, questionPrompt, reportPrompt } from '@heartllm/vocab-bridge';
import * as Plot from '@observablehq/plot';
import { HeartLlm } from 'heartllm';
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
// ## In three lines
//
// `HeartLlm` is all of it in one: the record in, words out. `useBackend` chooses what computes; 'auto' takes the fastest that is there.

// %%
const { name, device } = await useBackend('wasm');
console.log(`backend ${name} (${device})`);

const ptbxl = folderSource('examples/data/ptbxl');
const record = await readRecord(ptbxl, 'records500/12000/12903_hr');
const heart = await HeartLlm.load(); // the embedded model; HeartLlm.load(folderSource('my-model')) for one of yours
console.log((await heart.ask(record, 'Is this ECG normal?')).text);
console.log((await heart.report(record)).report);
await heart.dispose();

// %% [markdown]
// ## The parts
//
// The same by hand: ECG to codes, codes into a prompt, the prompt into a Llama with its adapter. This is where to change something.

// %%
const folder = folderSource('packages/nano/model');
const tokenizer = await EcgTokenizer.load(folder);
const vocabulary = new EcgVocabulary(JSON.parse(readFileSync('packages/nano/model/llm/tokenizer.json', 'utf8')));
const llama = await loadLlama(folder, { folder: 'llm', adapter: 'adapter' });
const { numHiddenLayers, hiddenSize, numAttentionHeads, numKeyValueHeads } = llama.config;
console.log(
  `${numHiddenLayers} layers of width ${hiddenSize}, ${numAttentionHeads} heads, ${numKeyValueHeads} of keys; LoRA r ${llama.lora?.r}`,
);

const codes = tokenizer.encode(record);
const prompt = reportPrompt(vocabulary, { codes });
const ends = { eosTokenId: vocabulary.eosId, padTokenId: vocabulary.padId };

// %% [markdown]
// Word by word, as it is written. `stream` keeps keys and values of the prompt, so that each word costs one step.

// %%
const words: number[] = [];
const start = performance.now();
for await (const id of llama.stream(prompt, { maxNewTokens: 60, ...ends })) words.push(id);
const seconds = (performance.now() - start) / 1000;
console.log(`report: ${vocabulary.decodeText(words).trim()}`);
console.log(`${prompt.length} ids read, ${words.length} written, ${(words.length / seconds).toFixed(0)} per second`);

// %% [markdown]
// ## The adapter is what makes the difference
//
// LoRA adds a product of two thin matrices to each weight. Without it the base is another model. Merged into the base it costs nothing, and nothing
// changes.

// %%
const base = await loadLlama(folder, { folder: 'llm' });
const [without] = await base.generate([prompt], { maxNewTokens: 60, ...ends });
console.log(`without the adapter: ${vocabulary.decodeText(without.slice(prompt.length)).trim() || '(nothing)'}`);
base.dispose();

llama.mergeLora();
const [merged] = await llama.generate([prompt], { maxNewTokens: 60, ...ends });
const same = vocabulary.decodeText(merged.slice(prompt.length)) === vocabulary.decodeText(words);
console.log(`merged: the same text: ${same}`);

// %% [markdown]
// ## Not only yes or no
//
// An answer hides how sure the model was. The scores of the first word tell: how much more of "yes" than of "no"? One batch for all thirteen
// ECGs, padded on the left.

// %%
const { rows, statements } = await openPtbxl(ptbxl);
const ecgs = await Promise.all(
  rows.map(async (row) => ({
    row,
    codes: tokenizer.encode(await readRecord(ptbxl, row.filename500)),
    truth: superclasses(row, statements),
  })),
);
const QUESTIONS = {
  NORM: 'Is this ECG normal?',
  MI: 'Does this ECG show symptoms of myocardial infarction?',
  CD: 'Does this ECG show symptoms of conduction disturbance?',
};
const [yes, no] = ['yes', 'no'].map((word) => vocabulary.encodeText(word)[0]);
const sure: { question: string; label: string; yes: number; truth: boolean }[] = [];
for (const superclass of ['NORM', 'MI', 'CD'] as const) {
  const question = QUESTIONS[superclass];
  const prompts = ecgs.map((ecg) => questionPrompt(vocabulary, { codes: ecg.codes, question }));
  const { inputIds, attentionMask } = padPrompts(vocabulary, prompts);
  let scores: number[][] = [];
  const firstLogits = {
    ids: [yes, no],
    take: (logits: number[][]) => {
      scores = logits;
    },
  };
  await llama.generate(inputIds, { attentionMask, maxNewTokens: 1, firstLogits, ...ends });
  for (const [i, [forYes, forNo]] of scores.entries()) {
    const truth = ecgs[i].truth.includes(superclass);
    sure.push({
      question,
      label: ecgs[i].row.filename500.slice(-8, -3),
      yes: 1 / (1 + Math.exp(forNo - forYes)),
      truth,
    });
  }
}
for (const question of Object.values(QUESTIONS)) {
  const mean = (truth: boolean) => {
    const values = sure
      .filter((entry) => entry.question === question && entry.truth === truth)
      .map((entry) => entry.yes);
    return (values.reduce((a, b) => a + b, 0) / values.length).toFixed(2);
  };
  console.log(`${question} mean p(yes) where it is so ${mean(true)}, where it is not ${mean(false)}`);
}

draw('examples/out/07-yes-or-no.svg', {
  width: 820,
  height: 330,
  marginLeft: 60,
  x: { label: 'p(yes) against no', domain: [0, 1], grid: true },
  y: { axis: null },
  fy: { axis: null, padding: 0.2, domain: Object.values(QUESTIONS) },
  color: { domain: [true, false], range: ['#cc3311', '#4477aa'] },
  marks: [
    Plot.frame({ stroke: '#ddd' }),
    Plot.ruleX([0.5], { stroke: '#999', strokeDasharray: '4 3' }),
    Plot.dotX(
      sure,
      Plot.dodgeY({
        fy: 'question',
        x: 'yes',
        r: 6,
        fill: 'truth',
        fillOpacity: 0.85,
        anchor: 'middle',
        title: 'label',
      }),
    ),
    Plot.text(Object.values(QUESTIONS), {
      fy: (q) => q,
      text: (q) => q,
      frameAnchor: 'top-left',
      dx: 6,
      dy: 5,
      fontWeight: 'bold',
    }),
    Plot.text(['red: the cardiologists say yes; blue: no'], {
      fy: () => QUESTIONS.NORM,
      text: (t) => t,
      frameAnchor: 'top-right',
      dx: -6,
      dy: 5,
    }),
  ],
});

// %% [markdown]
// ## Two ECGs, one question
//
// A model that does not look at the ECG can still answer: "no" is right most of the time. So ask the same of two ECGs that differ, and see how an
// evaluation does it properly in [09-evaluate](09-evaluate.ts).

// %%
for (const id of ['00913', '06011']) {
  const ecg = ecgs.find(({ row }) => row.filename500.includes(id))!;
  const ask = questionPrompt(vocabulary, {
    codes: ecg.codes,
    question: 'What diagnostic symptoms does this ECG show?',
  });
  const [answer] = await llama.generate([ask], { maxNewTokens: 60, ...ends });
  console.log(`${id}: ${vocabulary.decodeText(answer.slice(ask.length)).trim()}`);
  console.log(`       the cardiologists: ${englishReport(ecg.row, statements)}`);
}
llama.dispose();
