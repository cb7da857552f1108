import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@heartllm/backend';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import { malformed } from '@heartllm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../src/cli.ts';
import { writePtbxl } from './helpers/ptbxl-folder.ts';
import { randomModel } from './helpers/random-model.ts';
import { cli } from './helpers/run-cli.ts';
import { LEADS, type RecordChanges, writeWfdb } from './helpers/wfdb.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const EXAMPLES = here('../../../examples/data/ptbxl/records500');

let folder: string;
let model: string;
let good: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  model = join(folder, 'model');
  await useBackend('cpu');
  for (const [path, bytes] of Object.entries(await randomModel(1))) {
    await mkdir(dirname(join(model, path)), { recursive: true });
    await writeFile(join(model, path), bytes);
  }
  good = await writeWfdb(folder, 'good');
});

afterAll(() => rm(folder, { recursive: true }));

/** With the random model, on the backend that is there everywhere. */
const withModel = (command: string, ...argv: string[]) => cli(command, '--model', model, '--backend', 'wasm', ...argv);

describe('a file that is no WFDB record is read by its suffix', () => {
  test('a CSV file gives the codes of the record it was made from; a file that is no EDF is refused as one', async () => {
    const { leads, signal } = await readRecord(folderSource(dirname(good)), basename(good));
    const rows = Array.from(signal[0], (_, t) => [t / 500, ...signal.map((lead) => lead[t])].join(','));
    const csv = join(folder, 'same.csv');
    await writeFile(csv, [['time', ...leads].join(','), ...rows].join('\n'));
    const [fromCsv, fromWfdb] = await Promise.all([csv, good].map((path) => withModel('tokenize', path, '--json')));
    expect(JSON.parse(fromCsv.out).records[0].codes).toEqual(JSON.parse(fromWfdb.out).records[0].codes);
    expect((await cli('info', csv)).out).toContain('500 Hz, 10 s, CSV');
    expect((await cli('plot', csv, '--out', join(folder, 'csv.svg'))).code).toBe(0);

    await writeFile(join(folder, 'text.edf'), 'Dear colleague');
    expect(await cli('info', join(folder, 'text.edf'))).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^heartllm: text\.edf.*\n$/),
    });
  });
});

describe('info', () => {
  test('its JSON holds what the header and the samples say', async () => {
    const path = await writeWfdb(folder, 'gap', {
      leads: ['II', 'V5'],
      fs: 250,
      samples: 8,
      comments: ['a comment'],
      value: (lead, sample) => (lead === 1 && sample < 3 ? -32768 : 500),
    });
    const { code, out, err } = await cli('info', path, '--json');
    expect(JSON.parse(out)).toEqual({
      record: path,
      fs: 250,
      samples: 8,
      leads: ['II', 'V5'],
      units: ['mV', 'mV'],
      gains: [1000, 1000],
      baselines: [0, 0],
      format: '16',
      comments: ['a comment'],
      invalidSamples: 3,
      invalidSamplesPerLead: [0, 3],
      warnings: [],
    });
    expect([code, err]).toEqual([0, '']);
  });

  test('its table is for people', async () => {
    const { out } = await cli('info', join(EXAMPLES, '00000', '00913_hr.hea'));
    expect(out).toMatch(/12 leads, 5000 samples, 500 Hz, 10 s, WFDB format 16/);
    expect(out).toMatch(/ {2}V6 +mV +1000 +0 +-?\d\.\d{3} +\d\.\d{3} +0\n/);
  });
});

describe('import', () => {
  test("published weights give the reference's codes", async () => {
    const golden = JSON.parse(await readFile(here('./fixtures/golden-codes.json'), 'utf8'));
    const out = join(folder, 'imported');
    const imported = await cli('import', 'tokenizer', here('./fixtures/encoder.safetensors'), '--out', out, '--json');
    expect(JSON.parse(imported.out)).toMatchObject({ out, tensors: 37, parameters: 30692, config: { decoder: null } });

    const path = join(EXAMPLES, '06000', '06011_hr');
    const { out: json, code } = await cli('tokenize', '--model', out, '--backend', 'wasm', path, '--json');
    expect(code).toBe(0);
    const [record] = JSON.parse(json).records;
    expect(record).toEqual({
      record: path,
      format: 1,
      codes: golden.indices,
      codesUsed: new Set(golden.indices).size,
      tokensPerSecond: 31.25,
      model: 'imported',
      warnings: [],
    });
    expect(await cli('reconstruct', '--model', out, path)).toMatchObject({ code: 1, out: '' });
    expect((await cli('ask', '--model', out, path, 'Is this a normal ECG?')).err).toBe(
      'heartllm: model imported holds an ECG tokenizer only, no language model to ask\n',
    );
  });

  test('overwrites a model folder only with --force, and another folder never', async () => {
    const weights = here('./fixtures/encoder.safetensors');
    const out = join(folder, 'twice');
    await cli('import', 'tokenizer', weights, '--out', out);
    expect(await cli('import', 'tokenizer', weights, '--out', out)).toEqual({
      code: 1,
      out: '',
      err: `heartllm: ${out} is there and not empty; --force replaces it\n`,
    });
    expect((await cli('import', 'tokenizer', weights, '--out', out, '--force')).code).toBe(0);
    expect((await cli('import', 'tokenizer', weights, '--out', EXAMPLES, '--force')).err).toMatch(
      /so it is not replaced/,
    );
  });

  test('leaves nothing behind when the file is no good', async () => {
    const inner = join(folder, 'empty');
    await mkdir(inner);
    const header = new Uint8Array(10);
    new DataView(header.buffer).setBigUint64(0, 10n << 30n, true);
    await writeFile(join(folder, 'huge.safetensors'), header);
    for (const file of ['huge.safetensors', 'none.pt', 'good.hea']) {
      const { code, err } = await cli('import', 'tokenizer', join(folder, file), '--out', join(inner, 'out'));
      expect([code, err.split('\n').length, err]).toEqual([1, 2, expect.stringContaining(file)]);
    }
    expect(await readdir(inner)).toEqual([]);
  });
});

describe('import of a language model and an adapter', () => {
  test('makes a folder that answers as the original does, and refuses to overwrite a part without --force', async () => {
    const out = join(folder, 'assembled');
    await cp(join(model, 'ecg-tokenizer'), join(out, 'ecg-tokenizer'), { recursive: true });
    const manifest = JSON.parse(await readFile(join(model, 'heartllm.json'), 'utf8'));
    const contents = { ecgTokenizer: 'ecg-tokenizer' };
    await writeFile(join(out, 'heartllm.json'), JSON.stringify({ ...manifest, contents }));
    const imported = await cli('import', 'llm', join(model, 'llm'), '--out', out, '--json');
    expect(JSON.parse(imported.out)).toEqual({
      out,
      part: 'llm',
      files: ['config.json', 'model.safetensors', 'tokenizer.json'],
      tensors: 11,
    });
    const ask = (dir: string) =>
      cli('ask', good, 'Is this a normal ECG?', '--model', dir, '--backend', 'wasm', '--json');
    expect(JSON.parse((await ask(out)).out).text).toBe(JSON.parse((await ask(model)).out).text);

    const again = ['import', 'llm', join(model, 'llm'), '--out', out];
    expect((await cli(...again)).err).toBe(`heartllm: ${out} holds a part 'llm' already; --force replaces it\n`);
    expect((await cli(...again, '--force')).code).toBe(0);
    expect((await cli('import', 'adapter', join(model, 'llm'), '--out', out)).err).toMatch(
      /adapter_config\.json: no such file/,
    );
    expect(await readdir(out)).toEqual(['ecg-tokenizer', 'heartllm.json', 'llm']);
  });
});

describe('train tokenizer', () => {
  test('trains on the folds 1 to 8 that are there, writes a model that tokenizes, and goes on from its checkpoint', async () => {
    const data = await writePtbxl(join(folder, 'ptbxl'));
    const out = join(folder, 'trained');
    const narrow = ['--decoder-channels', '8', '--crop', '160', '--batch-size', '1', '--json'];
    const train = (epochs: number, ...argv: string[]) =>
      cli('train', 'tokenizer', '--data', data, '--out', out, '--epochs', `${epochs}`, ...narrow, ...argv);
    const first = JSON.parse((await train(1)).out);
    expect(first).toMatchObject({ out, steps: 2, totalSteps: 2, reason: 'finished', train: 2, validation: 1 });
    expect(first.validations).toEqual([
      {
        step: 2,
        loss: expect.any(Number),
        metrics: { mse: expect.any(Number), codesUsed: expect.any(Number), perplexity: expect.any(Number) },
      },
    ]);
    expect((await cli('tokenize', good, '--model', out, '--json')).code).toBe(0);
    expect((await train(1)).err).toMatch(/--force replaces it/);
    const resumed = await train(2, '--resume');
    expect(JSON.parse(resumed.out)).toMatchObject({ steps: 4, totalSteps: 4 });
    expect(resumed.err).toContain('goes on at step 2');
    const changed = await train(3, '--resume', '--causal');
    expect([changed.code, changed.err]).toEqual([
      1,
      expect.stringContaining('is of another run, causal: expected true, found the default'),
    ]);
  });

  test('--causal trains a tokenizer whose stream gives the codes of tokenize', async () => {
    const data = await writePtbxl(join(folder, 'ptbxl-causal'));
    const out = join(folder, 'causal');
    const narrow = ['--decoder-channels', '8', '--crop', '160', '--epochs', '1', '--validate', '0', '--causal'];
    expect((await cli('train', 'tokenizer', '--data', data, '--out', out, ...narrow)).code).toBe(0);
    const [{ codes }] = JSON.parse((await cli('tokenize', good, '--model', out, '--json')).out).records;
    const stream = (await EcgTokenizer.load(folderSource(out))).stream();
    const record = await readRecord(folderSource(join(good, '..')), basename(good));
    expect([...stream.push(record.signal), ...stream.end()]).toEqual(codes);
    const { out: reconstructed } = await cli('reconstruct', good, '--model', out, '--json');
    expect(JSON.parse(reconstructed).records[0].mse).toBeGreaterThan(0);
  });

  test('a folder without recordings of folds 1 to 8 is refused', async () => {
    const data = join(EXAMPLES, '..');
    const { code, err } = await cli('train', 'tokenizer', '--data', data, '--out', join(folder, 'never'));
    expect([code, err]).toEqual([1, expect.stringMatching(/none of PTB-XL's recordings of folds 1 to 8 is there/)]);
  });
});

describe('the model', () => {
  test('tokenize and reconstruct take several records and keep their order', async () => {
    const other = join(EXAMPLES, '00000', '00913_hr');
    const { records, codebook } = JSON.parse((await withModel('reconstruct', good, `${other}.hea`, '--json')).out);
    expect(records.map(({ record }: { record: string }) => record)).toEqual([good, other]);
    for (const { mse, msePerLead, codesUsed } of records) {
      expect(msePerLead).toHaveLength(12);
      expect(mse).toBeCloseTo(msePerLead.reduce((sum: number, value: number) => sum + value, 0) / 12, 10);
      expect(codesUsed).toBeGreaterThan(0);
    }
    const deviation = { beats: expect.any(Number) }; // the random model's signal has no beats to be measured
    expect(records[1]).toMatchObject({
      prdPerLead: records[1].msePerLead.map((mse: number) => expect.closeTo(100 * Math.sqrt(mse), 3)),
      correlationPerLead: Array(12).fill(expect.any(Number)),
      stLevelMvPerLead: Array(12).fill(deviation),
      beats: { original: 11, decoded: expect.any(Number), paired: expect.any(Number) },
      rPeakMs: deviation,
      qrsDurationMs: deviation,
      perplexity: expect.any(Number),
      bitsPerSecond: 31.25 * Math.log2(1296),
    });
    expect(codebook).toEqual({ size: 1296, used: expect.any(Number), perplexity: expect.any(Number) });
    const tokenized = JSON.parse((await withModel('tokenize', good, other, '--json')).out).records;
    expect(tokenized[0].codes).toHaveLength(313);
    expect(tokenized[0].codes).not.toEqual(tokenized[1].codes);
  });

  test('reconstruct shows a row per record and a column per lead, and a dash for what cannot be measured', async () => {
    const path = await writeWfdb(folder, 'flat', { value: (lead, sample) => (lead === 3 ? 40 : sample % 700) });
    const { out } = await withModel('reconstruct', path);
    const [head, row, , leads, , prd] = out.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(head).toEqual(['record', 'mse', 'PRD %', 'corr', 'beats', 'R ms', 'QRS ms', 'ST mV', 'codes', 'perplexity']);
    expect(row.slice(5, 8)).toEqual(['-', '-', '-']);
    expect(leads).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
    expect([prd[0], prd[4]]).toEqual(['PRD %', '-']);
    const [record] = JSON.parse((await withModel('reconstruct', path, '--json')).out).records;
    expect([record.prdPerLead[3], record.correlationPerLead[3], record.rPeakMs]).toEqual([
      null,
      null,
      { beats: 0, mean: null, meanAbsolute: null },
    ]);
  });

  test('leads are found by name: their order in the file does not matter', async () => {
    const reversed = [...LEADS].reverse().map((lead) => lead.toLowerCase());
    const value = (lead: number, sample: number) => Math.round(300 * Math.sin((sample * (12 - lead)) / 50));
    const path = await writeWfdb(folder, 'reversed', { leads: reversed, value });
    const [a, b] = JSON.parse((await withModel('tokenize', good, path, '--json')).out).records;
    expect(a.codes).toEqual(b.codes);
  });

  test('a gap is bridged and named', async () => {
    const value = (lead: number, sample: number) => (lead === 4 && sample < 100 ? -32768 : (sample * (lead + 1)) % 700);
    const path = await writeWfdb(folder, 'bridged', { value });
    const { code, out, err } = await withModel('tokenize', path, '--json');
    const [{ codes, warnings }] = JSON.parse(out).records;
    expect([code, codes.length]).toEqual([0, 313]);
    expect(warnings).toEqual([expect.stringMatching(/lead aVL.*100 invalid samples/)]);
    expect(err).toBe(`warning: ${warnings[0]}\n`);
  });

  test('ask gives the documented fields', async () => {
    const question = 'Is this a normal ECG?';
    const fields = JSON.parse((await withModel('ask', good, question, '--json')).out);
    expect(fields).toEqual({
      record: good,
      question,
      answer: fields.text.split('.'),
      text: expect.any(String),
      promptTokens: expect.any(Number),
      generatedTokens: expect.any(Number),
      tokensPerSecond: expect.any(Number),
      model: 'random',
      warnings: [],
    });
    expect(fields.promptTokens).toBeGreaterThan(313);
    expect(fields.generatedTokens).toBeLessThanOrEqual(170);
  });

  test('report writes a page with ECG, reconstruction, codes and answers', async () => {
    const html = join(folder, 'report.html');
    const question = 'Does <b>this</b> ECG show noise?';
    const { out } = await withModel('report', good, '--html', html, '--question', question, '--json');
    const fields = JSON.parse(out);
    expect(fields).toMatchObject({ record: good, report: expect.any(String), html, answers: [{ question }] });
    const page = await readFile(html, 'utf8');
    expect(malformed(page)).toBeUndefined();
    expect(page).toContain('Does &lt;b&gt;this&lt;/b&gt; ECG show noise?');
    expect(page.match(/<title>code \d/g)).toHaveLength(313);
    expect(page).not.toContain(folder);
  });
});

describe('a page that cannot be written', () => {
  const nowhere = () => join(folder, 'gone', 'page.html');

  test.each(['ask', 'report'])('%s says so before it opens a model', async (command) => {
    const question = command === 'ask' ? ['Is this a normal ECG?'] : [];
    const { code, err } = await cli(command, good, ...question, '--html', nowhere(), '--model', 'no-model');
    expect([code, err]).toEqual([1, expect.stringMatching(/page\.html: cannot be written: its folder does not exist/)]);
  });

  test.each(['ask', 'report'])(
    'or, if only then it cannot be written, %s prints what the model wrote',
    async (command) => {
      await mkdir(dirname(nowhere()), { recursive: true });
      const value = (lead: number, sample: number) => (lead === 4 && sample < 9 ? -32768 : (sample * (lead + 1)) % 700);
      const path = await writeWfdb(folder, 'with-a-gap', { value });
      const [out, err]: string[][] = [[], []];
      const question = command === 'ask' ? ['Is this a normal ECG?'] : [];
      const argv = [command, path, ...question, '--html', nowhere(), '--model', model, '--backend', 'wasm', '--json'];
      const code = await run(argv, {
        out: (text) => out.push(text),
        err(text) {
          if (err.push(text) === 1) rmSync(dirname(nowhere()), { recursive: true }); // the warning about the gap
        },
        interactive: false,
        columns: 100,
      });
      const { text, report, html, error } = JSON.parse(out.join(''));
      expect([code, typeof (text ?? report), html]).toEqual([1, 'string', undefined]);
      expect(error).toMatchObject({ file: nowhere(), message: expect.stringContaining('its folder does not exist') });
      expect(err.at(-1)).toBe(`heartllm: ${error.message}\n`);
    },
  );
});

describe('demo', () => {
  test('shows an example beside its labels and another ECG for comparison, and writes the page into the current folder', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { code, out } = await withModel('demo', '--json');
      const fields = JSON.parse(out);
      expect(code).toBe(0);
      expect(fields).toMatchObject({ labels: expect.any(String), model: 'random', backend: { name: 'wasm' } });
      expect(fields.codes).toHaveLength(313);
      expect(fields.control.record).not.toBe(fields.record);
      for (const { answers } of [fields, fields.control]) {
        expect(answers).toHaveLength(3);
        // the questions are in ECG-QA's wording, so the labels answer them
        for (const { text, label } of answers) expect([typeof text, typeof label]).toEqual(['string', 'string']);
      }
      const page = await readFile(join(folder, 'heartllm-report.html'), 'utf8');
      expect(page).toContain(`The same questions about another ECG, ${fields.control.record}`);
      expect(malformed(page)).toBeUndefined();

      const own = await withModel('demo', '--record', good);
      expect(own.out).toMatch(/^HeartLLM demo\. Research software, not a medical device/);
      expect(own.out).toMatch(/Record +good: 12 leads(.|\n)*Page +heartllm-report\.html/);
      expect(own.out).not.toMatch(/^Labels/m); // it lies in no folder of PTB-XL

      const labelled = await withModel('demo', '--record', `${EXAMPLES}/00000/00913_hr.hea`);
      expect(labelled.out).toMatch(/^Labels +sinus rhythm\. normal ecg\.?$/m);
      expect(labelled.out).toContain('The same questions about another ECG, 00722_hr');
    } finally {
      process.chdir(before);
    }
  });
});

test("what README says of the demo's record is so: the infarction is found, the rhythm and two of three classes are not", async () => {
  const before = process.cwd();
  process.chdir(folder);
  const { out } = await cli('demo', '--backend', 'wasm', '--json').finally(() => process.chdir(before));
  const { labels, report, answers, control } = JSON.parse(out);
  expect([labels, report]).toEqual([
    expect.stringMatching(/^atrial fibrillation\./),
    expect.stringMatching(/^sinus rhythm\./),
  ]);
  const [infarction, choice, classes] = answers;
  for (const { text, label } of [infarction, choice, ...control.answers]) expect(text).toBe(label);
  expect([classes.label, classes.text]).toEqual([
    'myocardial infarction.st/t change.hypertrophy',
    expect.stringContaining('myocardial infarction'),
  ]);
  expect(classes.text).not.toMatch(/st\/t change|hypertrophy/);
});

describe('plot', () => {
  test('writes the drawing, with the reconstruction where it is asked for', async () => {
    const file = join(folder, 'plot.svg');
    expect(await cli('plot', good, '--out', file)).toMatchObject({ code: 0, out: `${good}: drawn in ${file}\n` });
    const plain = await readFile(file, 'utf8');
    await withModel('plot', good, '--out', file, '--reconstruction');
    const both = await readFile(file, 'utf8');
    expect([malformed(plain), malformed(both)]).toEqual([undefined, undefined]);
    expect(both.match(/<path/g)!.length).toBeGreaterThan(plain.match(/<path/g)!.length + 12);
  });

  test('needs neither twelve leads nor 500 Hz, and draws the first 10 s of a long record', async () => {
    const path = await writeWfdb(folder, 'long', { leads: ['ECG'], fs: 100, samples: 6000 });
    const file = join(folder, 'long.svg');
    expect((await cli('plot', path, '--out', file)).code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('first 10 of 60 s');
  });
});

describe('--prepare makes records fit and says how', () => {
  test.each([
    ['250 Hz', { fs: 250, samples: 2500 }, /^[^:]+: resampled from 250 to 500 Hz$/],
    ['8 s', { samples: 4000 }, /^[^:]+: 8 s padded to 10 s$/],
    ['20 s', { samples: 10000 }, /^[^:]+: the first 10 s of 20 s are used$/],
    ['no aVF', { leads: LEADS.filter((lead) => lead.toUpperCase() !== 'AVF') }, /aVF.*derived|derived.*aVF/],
  ])('%s', async (name, options, warning) => {
    const path = await writeWfdb(folder, `prepare-${name.replace(' ', '')}`, options);
    const { code, out } = await withModel('tokenize', path, '--prepare', '--json');
    expect(code).toBe(0);
    const [record] = JSON.parse(out).records;
    expect(record.codes).toHaveLength(313);
    expect(record.warnings.filter((line: string) => warning.test(line))).toHaveLength(1);
  });

  test('a record that fits keeps its codes', async () => {
    const plain = await withModel('tokenize', good, '--json');
    expect(await withModel('tokenize', good, '--json', '--prepare')).toEqual(plain);
  });

  test('plot draws the prepared record with its reconstruction', async () => {
    const path = await writeWfdb(folder, 'prepare-plot', { fs: 250, samples: 5000 });
    const file = join(folder, 'prepared.svg');
    expect((await withModel('plot', path, '--reconstruction', '--prepare', '--out', file)).code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('first 10 of 20 s');
  });
});

describe('bad input gets one clear line and exit code 1', () => {
  const bad: Record<string, [() => Promise<string>, RegExp]> = {
    'no header': [async () => join(folder, 'nothing'), /nothing\.hea: no such file/],
    'text instead of a header': [
      async () => {
        await writeFile(join(folder, 'text.hea'), 'Dear colleague,\nplease find the ECG attached.\n');
        return join(folder, 'text');
      },
      /text\.hea line 1/,
    ],
    'no .dat': [() => writeWfdb(folder, 'nodat', { datBytes: 0 }), /nodat\.dat: no such file/],
    'a truncated .dat': [
      () => writeWfdb(folder, 'cut', { datBytes: 50000 }),
      /cut\.dat.* expected 120000 bytes.* found 50000/,
    ],
    '11 leads': [() => writeWfdb(folder, 'eleven', { leads: LEADS.slice(0, 11) }), /missing V6/],
    '250 Hz': [() => writeWfdb(folder, 'slow', { fs: 250 }), /expected 500 Hz, found 250 Hz/],
    '8 s': [() => writeWfdb(folder, 'short', { samples: 4000 }), /expected 5000 samples \(10 s\), found 4000/],
    '20 s': [() => writeWfdb(folder, 'twenty', { samples: 10000 }), /expected 5000 samples \(10 s\), found 10000/],
    'a lead without a valid sample': [
      () => writeWfdb(folder, 'dead', { value: (lead, sample) => (lead === 7 ? -32768 : sample % 100) }),
      /lead V2: no valid sample/,
    ],
  };

  test.each(Object.entries(bad))('%s', async (_, [make, message]) => {
    const { code, out, err } = await withModel('tokenize', await make(), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({ error: expect.objectContaining({ message: expect.stringMatching(message) }) });
    expect(err).toBe(`heartllm: ${JSON.parse(out).error.message}\n`);
  });

  test('with --json the place is data', async () => {
    const path = await writeWfdb(folder, 'place', { datBytes: 50000 });
    const { error } = JSON.parse((await cli('info', path, '--json')).out);
    expect(error).toMatchObject({ message: expect.any(String), file: 'place.dat' });
    const usage = await cli('info', path, '--json', '--colour');
    expect([usage.code, JSON.parse(usage.out)]).toEqual([2, { error: { message: "unknown option '--colour'" } }]);
  });

  test('where --prepare would help, the line says so; where it would not, it does not', async () => {
    const slow = await withModel('tokenize', await writeWfdb(folder, 'slow', { fs: 250 }));
    expect(slow.err).toMatch(/found 250 Hz; try --prepare\n$/);
    const errorOf = async (name: string, changes: RecordChanges) =>
      (await withModel('tokenize', await writeWfdb(folder, name, changes))).err;
    const leads = LEADS.map((lead) => `ECG ${lead}`);
    for (const changes of [{ samples: 4000 }, { leads }, { leads: LEADS.filter((lead) => lead !== 'AVF') }])
      expect(await errorOf('mendable', changes)).toMatch(/; try --prepare\n$/);
    const value = (lead: number, sample: number) => (lead === 7 ? -32768 : sample % 100);
    for (const changes of [
      { leads: LEADS.slice(0, 11) }, // V6 can be had from no other lead
      { leads: LEADS.slice(0, 11), fs: 250 },
      { value, fs: 250 },
      { leads: LEADS.with(11, 'V5') },
      { leads: LEADS.map((lead, i) => (i > 0 && i < 6 ? `X${i}` : lead)) }, // lead I alone gives no other
    ])
      expect(await errorOf('lost', changes)).toMatch(/^heartllm: lost: (?!.*--prepare)/);
  });

  test.each(['tokenize', 'reconstruct'])('%s: one bad record among several costs itself only', async (command) => {
    const bad = join(folder, 'nothing');
    const { code, out, err } = await withModel(command, good, bad, good, '--json');
    const { records, failed, error } = JSON.parse(out);
    expect(code).toBe(1);
    expect(records.map(({ record }: { record: string }) => record)).toEqual([good, good]);
    expect(failed).toEqual([{ record: bad, error: expect.objectContaining({ file: 'nothing.hea' }) }]);
    expect(error).toEqual({ message: '1 of 3 records failed' });
    expect(err).toMatch(/^left out: nothing\.hea: .*\nheartllm: 1 of 3 records failed\n$/);
    const none = await withModel(command, bad, bad);
    expect(none).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/\nheartllm: all of 2 records failed\n$/),
    });
  });

  test('a result that cannot be written is said before anything is computed', async () => {
    const within = join(folder, 'no', 'such', 'ecg.svg');
    expect(await cli('plot', join(folder, 'nothing'), '--out', within)).toEqual({
      code: 1,
      out: '',
      err: `heartllm: ${within}: cannot be written: its folder does not exist (ENOENT)\n`,
    });
    expect((await cli('plot', good, '--out', folder)).err).toBe(
      `heartllm: ${folder}: cannot be written: there is a folder of that name (EISDIR)\n`,
    );
  });

  test('a folder without a model', async () => {
    const { code, err } = await cli('tokenize', '--backend', 'wasm', '--model', folder, good);
    expect([code, err]).toEqual([1, `heartllm: heartllm.json: no such file in ${folder}\n`]);
  });

  test('--verbose adds the stack', async () => {
    const { code, err } = await cli('info', join(folder, 'nothing'), '--verbose');
    expect([code, err]).toEqual([1, expect.stringMatching(/nothing\.hea: no such file.*\n {4}at /)]);
  });
});

describe('bad usage gets exit code 2', () => {
  test.each([
    [[]],
    [['info']],
    [['tokenize']],
    [['nonsense']],
    [['info', 'a', 'b']],
    [['info', 'a', '--colour']],
    [['tokenize', 'a', '--backend', 'abacus']],
    [['ask', 'a']],
    [['import']],
    [['import', 'tokenizer', 'best.pt']],
    [['train', 'tokenizer', '--data', 'a', '--out', 'b', '--epochs', '0']],
    [['train', 'tokenizer', '--data', 'a', '--out', 'b', '--lr', 'x']],
  ])('%j', async (argv) => {
    const { code, out, err } = await cli(...argv);
    expect([code, out, err !== '']).toEqual([2, '', true]);
  });

  test('--help and --version are asked for, and so no failure', async () => {
    expect(await cli('--help')).toMatchObject({ code: 0, out: expect.stringContaining('not a medical'), err: '' });
    expect(await cli('tokenize', '--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('--backend'),
      err: '',
    });
    expect(await cli('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
  });
});
