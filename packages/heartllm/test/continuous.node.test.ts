import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import { Knowledge } from '@heartllm/constrain';
import { type EcgRecord, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoRecord } from '../src/demo/records.ts';
import { HeartLlm } from '../src/index.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { cli } from './helpers/run-cli.ts';
import { writeWfdb } from './helpers/wfdb.ts';

const question = 'Is this a normal ECG?';
let folder: string;
let out: string;
let path: string;
let record: EcgRecord;
let model: HeartLlm;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-continuous-'));
  await useBackend('wasm');
  out = await writeRandomModel(join(folder, 'model'), 1, { continuous: true });
  path = await writeWfdb(folder, 'good');
  record = await readRecord(folderSource(folder), 'good');
  model = await HeartLlm.load(folderSource(out));
});
afterAll(async () => {
  await model.dispose();
  await rm(folder, { recursive: true });
});

const withModel = async (...argv: string[]) => {
  const { code, out: json } = await cli(...argv, '--model', out, '--backend', 'wasm', '--json');
  expect(code).toBe(0);
  return JSON.parse(json);
};

describe('a model without discretization gets the points that codes are rounded from', () => {
  test('from the library, which answers rounded values otherwise', async () => {
    const { codes, points } = await model.tokenize(record);
    expect((await model.language()).continuous).toBe(true);
    const whole = await model.ask(record, question);
    expect((await model.ask({ codes, points }, question)).text).toBe(whole.text);
    const travelled = JSON.parse(JSON.stringify({ codes, points }));
    expect((await model.ask(travelled, question)).text).toBe(whole.text);
    expect((await model.ask({ codes }, question)).text).not.toBe(whole.text);
    expect((await model.report({ codes })).text).not.toBe((await model.report(record)).text);
  });

  test('from ask', async () => {
    expect((await withModel('ask', path, question)).text).toBe((await model.ask(record, question)).text);
  });

  test('from report, in its answers too', async () => {
    const { report, answers } = await withModel('report', path, '--question', question);
    expect(report).toBe((await model.report(record)).text);
    expect(answers[0].text).toBe((await model.ask(record, question)).text);
  });

  // constrained, as a random model writes ECG codes otherwise, which have no points
  test('from --why', async () => {
    const constrain = new Knowledge();
    const reasons = await model.explain(record, question, undefined, { constrain });
    const rounded = await model.explain({ codes: reasons.codes }, question, undefined, { constrain });
    expect(rounded.logProbability).not.toBe(reasons.logProbability);
    const { why } = await withModel('ask', path, question, '--why', '--constrain');
    expect(why.logProbability).toBe(reasons.logProbability);
    const { answers } = await withModel('report', path, '--question', question, '--why', '--constrain');
    expect(answers[0].why.logProbability).toBe(reasons.logProbability);
  });

  test('from demo, for both of its records', async () => {
    const before = process.cwd();
    process.chdir(folder);
    const shown = await withModel('demo', '--record', path).finally(() => process.chdir(before));
    expect(shown.report).toBe((await model.report(record)).text);
    const control = demoRecord(shown.control.record);
    const other = await readRecord(folderSource(dirname(control)), shown.control.record);
    for (const [ecg, { answers }] of [
      [record, shown],
      [other, shown.control],
    ]) {
      for (const { question: asked, text } of answers) expect(text).toBe((await model.ask(ecg, asked)).text);
    }
  });
});
