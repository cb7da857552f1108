import { useBackend } from '@heartllm/backend';
import { memorySource } from '@heartllm/ecg-io';
import { spikes } from '@heartllm/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { HeartLlm } from '../src/index.ts';
import { randomModel } from './helpers/random-model.ts';

let files: Record<string, Uint8Array>;

beforeAll(async () => {
  await useBackend('cpu');
  files = await randomModel(2);
});

/** The model folder with some of heartllm.json's fields changed. */
function source(manifest: object = {}) {
  const fields = JSON.parse(new TextDecoder().decode(files['heartllm.json']));
  return memorySource({ ...files, 'heartllm.json': JSON.stringify({ ...fields, ...manifest }) });
}

describe('pipeline', () => {
  test('one model gives codes, a reconstruction, an answer and a report', async () => {
    const model = await HeartLlm.load(source());
    const record = spikes();
    const { codes, codesUsed, tokensPerSecond, warnings } = await model.tokenize(record);
    expect([codes.length, codesUsed, tokensPerSecond, warnings]).toEqual([313, new Set(codes).size, 31.25, []]);

    const answer = await model.ask(record, 'Is this a normal ECG?');
    expect(answer).toMatchObject({ question: 'Is this a normal ECG?', answer: answer.text.split('.') });
    expect(await model.ask({ codes }, 'Is this a normal ECG?')).toMatchObject({ text: answer.text });

    const report = await model.report({ codes }, { background: 'Patient Information: - Age: 56; ' });
    expect(report.report).toBe(report.text);
    expect(report.promptTokens).toBeGreaterThan((await model.report({ codes })).promptTokens);
    await model.dispose();
  });

  test("a reconstruction is in the record's units and lead order, its error on the z-scored signal", async () => {
    const model = await HeartLlm.load(source());
    const record = spikes();
    const { signal, mse, msePerLead } = await model.reconstruct(record);
    const shuffled = { ...record, leads: [...record.leads].reverse(), signal: [...record.signal].reverse() };
    const other = await model.reconstruct({
      ...shuffled,
      leads: [...shuffled.leads, 'PLETH'],
      signal: [...shuffled.signal, record.signal[0]],
    });
    expect(other.mse).toBe(mse);
    expect(other.signal.slice(0, 12)).toEqual([...signal].reverse());
    expect(other.signal[12].every(Number.isNaN)).toBe(true);

    // by the definition: mean over time of ((recorded - reconstructed) / population std)^2
    const lead = record.signal[5];
    const mean = lead.reduce((sum, v) => sum + v, 0) / lead.length;
    const variance = lead.reduce((sum, v) => sum + (v - mean) ** 2, 0) / lead.length;
    const error = lead.reduce((sum, v, i) => sum + (v - signal[5][i]) ** 2, 0) / lead.length;
    expect(msePerLead[5]).toBeCloseTo(error / variance, 4);
    await model.dispose();
  });

  test('what is lost is measured in millivolts, whatever voltage the record is in', async () => {
    const model = await HeartLlm.load(source());
    // an R-peak and a raised ST segment per second, so that there is something to measure
    const beat = (i: number) => Math.exp(-(((i % 500) - 250) ** 2) / 40) + (i % 500 > 275 && i % 500 < 330 ? 0.2 : 0);
    const lead = Float32Array.from({ length: 5000 }, (_, i) => beat(i));
    const record = { ...spikes(), signal: spikes().leads.map((_, i) => lead.map((v) => v * (1 + i / 10))) };
    const microvolts = {
      ...record,
      units: record.units.map((unit, i) => (i === 2 ? 'bpm' : i % 2 ? 'µV' : unit)),
      signal: record.signal.map((samples, i) => samples.map((v) => (i % 2 ? 1000 * v : v))),
    };
    const [{ fidelity, ...inMv }, other] = [await model.reconstruct(record), await model.reconstruct(microvolts)];
    for (const [i, { mse }] of fidelity.leads.entries()) expect(mse).toBeCloseTo(inMv.msePerLead[i], 6);
    expect(inMv.perplexity).toBeLessThanOrEqual(inMv.codesUsed + 1e-9);
    expect(inMv.bitsPerSecond).toBeCloseTo(31.25 * Math.log2(1296), 9);
    expect(fidelity.beats.original).toBe(10);
    for (const [i, { stLevel }] of other.fidelity.leads.entries()) {
      if (i === 2) expect(stLevel).toEqual({ beats: 0, mean: Number.NaN, meanAbsolute: Number.NaN });
      else expect(stLevel.mean).toBeCloseTo(fidelity.leads[i].stLevel.mean, 4);
    }
    await model.dispose();
  });

  test('a batch of prompts of different lengths is answered as each alone, and leaves no tensor behind', async () => {
    const model = await HeartLlm.load(source());
    const language = await model.language();
    const { vocabulary } = language;
    const prompts = ['What rhythm?', 'Is it normal?', 'No'].map((text) => vocabulary.encodeText(text));
    const alone = [];
    for (const prompt of prompts) alone.push((await language.generate(prompt, 6)).text);
    const before = tf.memory().numTensors;
    const batch = await language.generateBatch(prompts, 6, [vocabulary.eosId, 5]);
    expect(batch.map(({ text }) => text)).toEqual(alone);
    for (const { firstLogits } of batch) expect(firstLogits).toHaveLength(2);
    expect(tf.memory().numTensors).toBe(before);
    await model.dispose();
  });

  test('an answer comes token by token, the last event is the whole; leaving the loop frees what it held', async () => {
    const model = await HeartLlm.load(source());
    const question = 'Is this a normal ECG?';
    const whole = await model.ask(spikes(), question);
    const before = tf.memory().numTensors;
    const events = [];
    for await (const event of model.askStream(spikes(), question)) events.push(event);
    expect(events.map(({ generatedTokens }) => generatedTokens)).toEqual(events.map((_, i) => i + 1));
    expect(events.at(-1)).toMatchObject({ question, answer: whole.answer, text: whole.text });
    const reports = [];
    for await (const { report } of model.reportStream(spikes())) if (reports.push(report) === 2) break;
    expect(reports).toHaveLength(2);
    expect(tf.memory().numTensors).toBe(before);
    await model.dispose();
  });

  test('disposing frees every tensor', async () => {
    const before = tf.memory().numTensors;
    const model = await HeartLlm.load(source());
    await model.ask(spikes(), 'Is this a normal ECG?');
    await model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a folder without a language model still tokenizes, and says why it cannot answer', async () => {
    const model = await HeartLlm.load(source({ contents: { ecgTokenizer: 'ecg-tokenizer' } }));
    expect((await model.tokenize(spikes())).codes).toHaveLength(313);
    await expect(model.ask(spikes(), 'Is this a normal ECG?')).rejects.toThrow(
      'model random holds an ECG tokenizer only, no language model to ask',
    );
    await model.dispose();
  });

  test('a language model of another codebook is refused', async () => {
    const config = JSON.parse(new TextDecoder().decode(files['ecg-tokenizer/config.json']));
    const changed = { ...config, levels: [6, 6, 6, 7] };
    const model = await HeartLlm.load(memorySource({ ...files, 'ecg-tokenizer/config.json': JSON.stringify(changed) }));
    await expect(model.ask({ codes: [1] }, 'Is this a normal ECG?')).rejects.toThrow(
      'llm/tokenizer.json: 1296 ECG codes, the ECG tokenizer has 1512',
    );
    await model.dispose();
  });
});
