// %% [markdown]
// # 8. Train from nothing
//
// All three stages in under a minute, on ECGs that are made up: a tokenizer, a language model that learns to forecast codes and to answer, and a
// LoRA on top. Made-up ECGs have an advantage: we know what is in them, and there are as many as we like. What is learned here is small, but
// it is learned the way the real thing is; with PTB-XL on disk it is one line: `heartllm train all --recipe nano --data ptb-xl --out my-model`.
//
// Run it from the root of the repository: `npx tsx examples/08-train-from-nothing.ts`

// %%
import { mkdirSync, writeFileSync } from 'node:fs';
import { Generator, useBackend } from '@heartllm/backend';
import { codeUsage, zScore } from '@heartllm/fsq-tokenizer';
import { TfEcgTokenizer } from '@heartllm/fsq-tokenizer/tf';
import { LeadAutoencoder, publishedConfig } from '@heartllm/lead-encoder';
import { Llama } from '@heartllm/lora-llm';
import { finetuneTask, pretrainTask, tokenizerTask, train } from '@heartllm/training';
import { EcgVocabulary, joinAnswer, padPrompts, questionPrompt, trainBpe } from '@heartllm/vocab-bridge';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

mkdirSync('examples/out', { recursive: true });
const { name: backend, device } = await useBackend('wasm');
console.log(`${backend} (${device})`);

/** Saves a chart of Observable Plot, which draws into a document; Node has none. */
function draw(file: string, chart: Plot.PlotOptions) {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({ document, style: { background: 'white', fontSize: '12px' }, marginBottom: 42, ...chart });
  writeFileSync(file, svg.outerHTML.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'));
  console.log(`drawn in ${file}`);
}

// %% [markdown]
// ## Made-up ECGs
//
// Three leads, 10 s. A beat is five bumps, P Q R S T, in each lead; the heart rate, the sizes and some noise are drawn. Two findings are drawn as well: T
// waves that are upside down, and QRS complexes that are wide.

// %%
const LEADS = ['I', 'II', 'V2'];
const SAMPLES = 5000;
//               P              Q               R             S              T: seconds from R, width in s, mV in each lead
const BUMPS = [
  [-0.17, 0.022],
  [-0.026, 0.008],
  [0, 0.011],
  [0.028, 0.009],
  [0.28, 0.05],
]; // prettier-ignore
const MILLIVOLTS = [
  [0.08, -0.05, 0.7, -0.15, 0.2],
  [0.14, -0.08, 1.1, -0.2, 0.3],
  [0.06, 0, 0.4, -1, 0.4],
]; // prettier-ignore

interface MadeUp {
  fs: number;
  leads: string[];
  signal: Float32Array[];
  inverted: boolean;
  wide: boolean;
}

function makeUp(random: Generator): MadeUp {
  const [inverted, wide] = [random.uniform() < 0.5, random.uniform() < 0.5];
  const rr = 0.65 + 0.4 * random.uniform();
  const sizes = BUMPS.map(() => 0.75 + 0.5 * random.uniform());
  const signal = LEADS.map(() => Float32Array.from({ length: SAMPLES }, () => 0.015 * random.normal()));
  for (let r = rr * random.uniform(); r < SAMPLES / 500 + 0.3; r += rr * (0.98 + 0.04 * random.uniform())) {
    BUMPS.forEach(([delay, width], bump) => {
      const stretch = wide && bump >= 1 && bump <= 3 ? 2.4 : 1;
      const sigma = width * stretch;
      const centre = r + delay * stretch;
      for (
        let t = Math.max(0, Math.floor((centre - 4 * sigma) * 500));
        t < Math.min(SAMPLES, (centre + 4 * sigma) * 500);
        t++
      ) {
        const shape =
          Math.exp(-0.5 * ((t / 500 - centre) / sigma) ** 2) * sizes[bump] * (bump === 4 && inverted ? -1 : 1);
        signal.forEach((lead, l) => {
          lead[t] += shape * MILLIVOLTS[l][bump];
        });
      }
    });
  }
  return { fs: 500, leads: LEADS, signal, inverted, wide };
}
const random = new Generator(1);
const known = Array.from({ length: 128 }, () => makeUp(random)); // to learn from
const unknown = Array.from({ length: 40 }, () => makeUp(random)); // to be asked about in the end
console.log(`${known.length} ECGs to learn from, ${unknown.length} others to be asked about`);

// %% [markdown]
// ## Stage 1: a tokenizer
//
// The published network, narrow: 8 channels instead of 32, and three digits of five levels make 125 codes. It learns to give back what it was given,
// through the needle's eye of the rounding; the gradient passes straight through it.

// %%
const config = {
  ...publishedConfig,
  leads: LEADS,
  levels: [5, 5, 5],
  encoder: { ...publishedConfig.encoder, channels: 8, groups: 4 },
  decoder: { channels: 16, depth: 1 },
};
const network = LeadAutoencoder.create(config, new Generator(2));
const set = (ecgs: MadeUp[]) => ({ length: ecgs.length, signal: async (i: number) => ecgs[i].signal });
const curves: { stage: string; step: number; loss: number }[] = [];

async function run(stage: string, task: Parameters<typeof train>[0]) {
  const began = performance.now();
  for await (const event of train(task, { schedule: 'cosine', warmup: 5, clip: 1 })) {
    if (event.type === 'step') curves.push({ stage, step: event.step, loss: event.loss });
    if (event.type === 'validation') {
      const metrics = Object.entries(event.metrics).map(
        ([metric, value]) => `${metric} ${Number(value.toPrecision(3))}`,
      );
      const seconds = (performance.now() - began) / 1000;
      console.log(`${stage}: ${event.step} steps, ${seconds.toFixed(0)} s; held out: ${metrics.join(', ')}`);
    }
  }
}
await run(
  'tokenizer',
  tokenizerTask({
    network,
    train: set(known),
    validation: set(unknown.slice(0, 8)),
    batchSize: 8,
    epochs: 5,
    crop: 1248, // 2.5 s of each, another piece every time: quicker, and as good
    lr: 5e-3,
    spread: 0.1, // a little pull towards using the whole codebook
  }),
);

// %% [markdown]
// How good? One that was not learned from: recorded, and decoded from its codes.

// %%
const tokenizer = new TfEcgTokenizer(network);
const encode = async (ecgs: MadeUp[]) => (await tokenizer.encodeBatch(ecgs)).map((codes) => [...codes]);
const [knownCodes, unknownCodes] = [await encode(known), await encode(unknown)];
const { used, perplexity } = codeUsage(unknownCodes.flat(), 125);
console.log(`${used} of 125 codes in use, perplexity ${perplexity.toFixed(0)}`);

const shown = unknown.findIndex(({ inverted, wide }) => inverted && !wide);
const decoded = await tokenizer.decode(Int32Array.from(unknownCodes[shown]));
const { z } = zScore(unknown[shown].signal);
const comparison = LEADS.flatMap((lead, l) =>
  [z, decoded].flatMap((signal, s) =>
    Array.from(signal[l].subarray(0, 1500), (value, t) => ({
      lead,
      seconds: t / 500,
      value,
      which: ['made up', 'decoded'][s],
    })),
  ),
);
draw('examples/out/08-decoded.svg', {
  width: 860,
  height: 380,
  marginRight: 50,
  x: { label: 'seconds', grid: true },
  y: { label: 'standard deviations', ticks: 3 },
  fy: { label: null, domain: LEADS, padding: 0.1 },
  color: { domain: ['made up', 'decoded'], range: ['#111', '#0b63e6'] },
  marks: [
    Plot.frame({ stroke: '#ddd' }),
    Plot.line(comparison, { fy: 'lead', x: 'seconds', y: 'value', stroke: 'which', strokeWidth: 1.3 }),
    Plot.text(['black: made up; blue: decoded from codes'], {
      fy: () => 'I',
      text: (t) => t,
      frameAnchor: 'bottom-left',
      dx: 6,
      dy: -5,
    }),
  ],
});

// %% [markdown]
// ## Stage 2: a language model that knows ECGs
//
// A vocabulary for the few words that are needed, 125 codes among them, and a Llama of two layers with random weights. It forecasts codes from those before
// (the published stage 2), and, since it knows no words yet, also answers questions: all of them for each ECG, so that one pass over the codes teaches a
// lot.

// %%
const QUESTIONS = ['Are the T waves inverted?', 'What does this ECG show?'];
function answers({ inverted, wide }: MadeUp): string[] {
  const findings = [...(inverted ? ['inverted T waves'] : []), ...(wide ? ['wide QRS complex'] : [])];
  return [inverted ? 'yes' : 'no', joinAnswer(findings.length ? findings : ['nothing unusual'])];
}
const PROMPT =
  '<|start_prompt|> Dataset description: The dataset contains electrocardiogram (ECG) time-series data. ' +
  "Task description: Based on a patient's 12-lead ECG signal (500 Hz) and background information, " +
  'answer a clinical question related to cardiac health. Question: <|end_prompt|> Answer:'; // the published wording
const texts = known.flatMap((ecg) => [PROMPT, ...QUESTIONS, ...answers(ecg)]);
const vocabulary = new EcgVocabulary(trainBpe(texts, { vocabSize: 400 }), { codes: 125 });
const llama = Llama.create(
  {
    vocabSize: vocabulary.size,
    hiddenSize: 64,
    intermediateSize: 128,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    maxPositionEmbeddings: 512,
    tieWordEmbeddings: true,
    bosTokenId: vocabulary.bosId,
    eosTokenIds: [vocabulary.eosId],
    padTokenId: vocabulary.padId,
  },
  3,
);
const weights = [...llama.parameters.values()].reduce((sum, { size }) => sum + size, 0);
console.log(`${vocabulary.size} words, ${weights} weights`);

const interview = (ecgs: MadeUp[], codes: number[][]) =>
  ecgs.map((ecg, i) => ({
    codes: codes[i],
    questions: QUESTIONS.map((question, q) => ({ question, answer: answers(ecg)[q] })),
  }));
await run(
  'pretraining',
  pretrainTask({
    llama,
    vocabulary,
    ecgs: knownCodes,
    interviews: {
      each: 7, // steps of questions for one of forecasting
      examples: interview(known, knownCodes),
      validation: interview(unknown.slice(0, 16), unknownCodes),
    },
    batchSize: 8,
    epochs: 4,
    lr: 6e-3,
    trainable: 'all',
  }),
);

// %% [markdown]
// ## Stage 3: instruction tuning
//
// Now the published form of a question, which stands before the ECG. Only a LoRA, the norms and the embeddings of the codes learn; the rest of the base stays as it
// is, so what was learned can be given to others as a small adapter.

// %%
llama.addLora({ r: 16, loraAlpha: 32, loraDropout: 0.05, targetModules: 'all-linear' }, 4);
const examples = (ecgs: MadeUp[], codes: number[][]) =>
  ecgs.flatMap((ecg, i) => QUESTIONS.map((question, q) => ({ codes: codes[i], question, answer: answers(ecg)[q] })));
await run(
  'finetuning',
  finetuneTask({
    llama,
    vocabulary,
    examples: examples(known, knownCodes),
    validation: examples(unknown.slice(0, 8), unknownCodes),
    batchSize: 8,
    ecgEmbeddings: 'trained',
    epochs: 2,
    lr: 6e-3,
  }),
);

// %% [markdown]
// The peaks in the middle are the steps of forecasting: the next codes are hard to know, the answers are not.

// %%
draw('examples/out/08-losses.svg', {
  width: 860,
  height: 260,
  x: { label: 'step', grid: true },
  y: { label: 'loss', type: 'log', grid: true, ticks: [0.1, 0.3, 1, 3], tickFormat: '~g' },
  fx: { label: null, domain: ['tokenizer', 'pretraining', 'finetuning'] },
  marks: [Plot.frame({ stroke: '#ddd' }), Plot.line(curves, { fx: 'stage', x: 'step', y: 'loss', stroke: '#4477aa' })],
});

// %% [markdown]
// ## Does it look at the ECG?
//
// Forty ECGs that it has never seen, and the control without which no score means anything: the same questions with the codes of another ECG.

// %%
llama.mergeLora();
async function ask(codes: number[][], question: string): Promise<string[]> {
  const prompts = codes.map((ecg) => questionPrompt(vocabulary, { codes: ecg, question }));
  const { inputIds, attentionMask } = padPrompts(vocabulary, prompts);
  const rows = await llama.generate(inputIds, {
    attentionMask,
    maxNewTokens: 24,
    eosTokenId: vocabulary.eosId,
    padTokenId: vocabulary.padId,
  });
  return rows.map((row) => vocabulary.decodeText(row.slice(inputIds[0].length)).trim());
}
const another = unknownCodes.map((_, i) => unknownCodes[(i + 1) % unknownCodes.length]);
for (const [q, question] of QUESTIONS.entries()) {
  const truth = unknown.map((ecg) => answers(ecg)[q]);
  const right = (given: string[]) =>
    Math.round((100 * given.filter((text, i) => text === truth[i]).length) / given.length);
  const [own, other] = [right(await ask(unknownCodes, question)), right(await ask(another, question))];
  console.log(
    `${question.padEnd(26)} right: ${`${own} %`.padStart(5)}, with another ECG's codes: ${`${other} %`.padStart(5)}`,
  );
}
llama.dispose();
network.dispose();
