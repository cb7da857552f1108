import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@heartllm/backend';
import { Knowledge, parseAnswers, parseOntology } from '@heartllm/constrain';
import {
  englishReport,
  findings,
  openPtbxl,
  type PtbXl,
  type PtbXlRow,
  questionsFor,
  SUPERCLASS_NAMES,
} from '@heartllm/ecg-datasets';
import { folderSource } from '@heartllm/ecg-io/node';
import { joinAnswer } from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeartLlm } from '../src/index.ts';
import { writeFold9 } from './helpers/fold-9-folder.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { cli } from './helpers/run-cli.ts';
import { writeWfdb } from './helpers/wfdb.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const EXAMPLES = at('../../../examples/data/ptbxl');
const KINDS = { 'single-verify': 'yes/no', 'single-choose': 'choice', 'single-query': 'open' };

let folder: string;
let ptbxl: PtbXl;
const knowledge = new Knowledge();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  ptbxl = await openPtbxl(folderSource(EXAMPLES));
});
afterAll(() => rm(folder, { recursive: true }));

describe('scp-ecg.json', () => {
  test("has PTB-XL's statements with their subclasses and superclasses, and the names of questions and reports", async () => {
    const { terms } = parseOntology(await readFile(at('../../constrain/src/scp-ecg.json'), 'utf8'));
    const byId = new Map(terms.map((term) => [term.id, term]));
    const [row] = ptbxl.rows;
    const labelled = (scpCodes: Record<string, number>): PtbXlRow => ({ ...row, scpCodes, heartAxis: '' });
    for (const { code, superclass, subclass, diagnostic, form, rhythm } of ptbxl.statements.values()) {
      const isNormal = superclass === 'NORM';
      const term = byId.get(isNormal ? 'class NORM' : code)!;
      expect(`${term.report}.`).toBe(englishReport(labelled({ [code]: 100 }), ptbxl.statements));
      if (isNormal) continue;
      const topics = [...(diagnostic ? ['diagnostic'] : []), ...(form ? ['form'] : []), ...(rhythm ? ['rhythm'] : [])];
      expect(term.topics).toEqual(topics);
      expect(term.implies).toEqual(diagnostic ? [`subclass ${subclass}`] : undefined);
      if (!diagnostic) continue;
      expect(byId.get(`subclass ${subclass}`)?.implies).toEqual([`class ${superclass}`]);
      expect(knowledge.implied(term.answer!)).toEqual([term.answer, SUPERCLASS_NAMES[superclass!]]);
    }
    for (const [topic, names] of findings(labelled({ SR: 0 }), ptbxl.statements)) {
      const known = terms.filter(({ topics }) => topics?.includes(topic)).map(({ answer }) => answer);
      expect(known).toEqual(expect.arrayContaining([...names.keys()]));
    }
  });

  test("knows every answer of ECG-QA's list", async () => {
    const answers = parseAnswers(await readFile(at('fixtures/ecg-qa-answers.csv'), 'utf8'));
    expect(answers).toHaveLength(103);
    const all = [...knowledge.answers, ...knowledge.ontology.yesNo];
    expect(all).toEqual(expect.arrayContaining(answers));
  });

  test('excludes what cannot be, with the reason, and nothing that is a kind of the other', () => {
    expect(knowledge.contradiction('sinus rhythm', 'atrial fibrillation')).toBe(
      'In atrial fibrillation no sinus node sets the pace.',
    );
    expect(knowledge.contradiction('normal ecg', 'myocardial infarction in inferior leads')).toContain('not normal');
    expect(knowledge.contradiction('sinus rhythm', 'sinus bradycardia')).toBeUndefined();
    expect(knowledge.contradiction('left axis deviation', 'right axis deviation')).toBe('The heart has one axis.');
  });

  test('every question about the examples is understood, and its answer may be given', () => {
    let asked = 0;
    for (const row of ptbxl.rows.slice(0, 5)) {
      for (const { type, question, answer } of questionsFor(row, ptbxl.statements)) {
        const { kind, sayings } = knowledge.answersTo(question);
        expect([question, kind]).toEqual([question, KINDS[type]]);
        const text = joinAnswer(answer);
        expect([question, sayings.settle(text)]).toEqual([question, text]);
        asked++;
      }
      const report = englishReport(row, ptbxl.statements);
      expect(knowledge.reports.settle(report)).toBe(report);
    }
    expect(asked).toBeGreaterThan(5_000);
  });
});

test("the guide's ontology is one", async () => {
  const guide = await readFile(at('../../../docs/constrained-answers.md'), 'utf8');
  const [, json] = /```json\n(.*?)```/s.exec(guide)!;
  const own = new Knowledge({ ontology: parseOntology(json) });
  expect(own.contradiction('sinus rhythm', 'atrial fibrillation')).toContain('sinus node');
});

describe('a model that is constrained', () => {
  const question = 'Which rhythm-related symptoms does this ECG show?';
  let model: string;
  let record: string;
  let data: string;

  beforeAll(async () => {
    await useBackend('cpu');
    model = await writeRandomModel(join(folder, 'random'), 1);
    record = await writeWfdb(folder, 'good');
    data = await writeFold9(join(folder, 'ptbxl'));
  });
  const run = (command: string, ...argv: string[]) => cli(command, ...argv, '--model', model, '--backend', 'wasm');

  test('answers and reports what can be said although it knows nothing, and leaves no tensor', async () => {
    await useBackend('wasm');
    const opened = await HeartLlm.load(folderSource(model));
    const ecg = { codes: new Int32Array(313).fill(7) };
    await opened.ask(ecg, question);
    const tensors = tf.memory().numTensors;
    for (const asked of [question, 'Is this a normal ECG?', 'Which noise is it, static noise or burst noise?']) {
      const { text } = await opened.ask(ecg, asked, { constrain: knowledge });
      expect(text).not.toBe('');
      expect(knowledge.answersTo(asked).sayings.settle(text)).toBe(text);
      let streamed = '';
      for await (const so of opened.askStream(ecg, asked, { constrain: knowledge })) streamed = so.text;
      expect(streamed).toBe(text);
    }
    const { report } = await opened.report(ecg, { constrain: knowledge });
    expect(report).not.toBe('');
    expect(knowledge.reports.settle(report)).toBe(report);
    expect(tf.memory().numTensors).toBe(tensors);
    await opened.dispose();
  });

  test('ask --constrain tells what was possible; --answers and --ontology constrain, too', async () => {
    const fields = JSON.parse((await run('ask', record, question, '--constrain', '--json')).out);
    const rhythms = knowledge.answersTo(question).sayings.all.map(({ text }) => text);
    expect(fields.constrained).toEqual({ kind: 'open', answers: rhythms });
    for (const answer of fields.answer) expect(rhythms).toContain(answer);

    const answers = join(folder, 'answers.txt');
    await writeFile(answers, 'sinus rhythm\natrial fibrillation\n');
    const listed = await run('ask', record, question, '--answers', answers);
    expect(listed.out).toMatch(/^(sinus rhythm|atrial fibrillation|none)\n\nopen question, constrained to 3 answers\n/);

    const ontology = join(folder, 'mine.json');
    await writeFile(ontology, JSON.stringify({ ...knowledge.ontology, yesNo: ['ja', 'nein'] }));
    const { out } = await run('ask', record, 'Is this a normal ECG?', '--ontology', ontology);
    expect(out).toMatch(/^(ja|nein)\n\nyes\/no question, constrained to 2 answers\n/);

    const html = join(folder, 'report.html');
    const report = await run('report', record, '--constrain', '--question', question, '--html', html, '--json');
    expect(JSON.parse(report.out).constrainedBy).toBe('scp-ecg');
    for (const answer of JSON.parse(report.out).answers[0].answer) expect(rhythms).toContain(answer);
    expect(await readFile(html, 'utf8')).toContain('constrained to what the ontology scp-ecg knows');
  });

  test('a wrong list or ontology is one line, before anything is computed', async () => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, '["a.b"]');
    expect(await run('ask', record, question, '--answers', file)).toEqual({
      code: 1,
      out: '',
      err: `heartllm: ${file}: [0]: expected an answer without a full stop, found "a.b"\n`,
    });
    expect(await run('eval', 'qa', '--data', data, '--ontology', file)).toEqual({
      code: 1,
      out: '',
      err: `heartllm: ${file}: expected an object, found ["a.b"]\n`,
    });
    expect((await run('eval', 'report', '--data', data, '--answers', file)).code).toBe(2);
  });

  test('eval --constrain constrains the controls, too, and does not go on with what was free', async () => {
    const out = join(folder, 'qa.jsonl');
    const argv = ['eval', 'qa', '--data', data, '--per-record', '2', '--batch-size', '32', '--out', out, '--json'];
    const constrained = JSON.parse((await run(argv[0], ...argv.slice(1), '--constrain')).out);
    expect(constrained.constrainedBy).toBe('scp-ecg');
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
    for (const { condition, counted, question: asked, prediction } of lines.map((line) => JSON.parse(line))) {
      if (condition === 'prior' || !counted) continue;
      expect(prediction).not.toBe('');
      expect(knowledge.answersTo(asked).sayings.settle(prediction)).toBe(prediction);
    }
    expect(await run(argv[0], ...argv.slice(1))).toMatchObject({
      code: 1,
      err: expect.stringContaining('constrained'),
    });
  });
});
