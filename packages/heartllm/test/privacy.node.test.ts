import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeRandomModel } from './helpers/model-folder.ts';
import { cli } from './helpers/run-cli.ts';
import { LEADS, type RecordChanges, writeWfdb } from './helpers/wfdb.ts';

/** Whatever a header may say of a patient. */
const SOMEBODY = /doe|jane|1949/i;

let folder: string;
let model: string;
let data: string;

/** A record whose header names somebody wherever it can: as the record's name, in comments and date; and where it is told to. */
async function writeNamed(
  name: string,
  { file, unit, ...changes }: RecordChanges & { file?: string; unit?: string } = {},
): Promise<string> {
  const path = await writeWfdb(data, name, { ...changes, comments: ['Jane Doe, born 1949-03-12'] });
  let header = await readFile(`${path}.hea`, 'utf8');
  header = header.replace(/^\S+ (.*)$/m, 'DOE_JANE $1 10:11:12 12/03/1949');
  if (unit) header = header.replaceAll('/mV', `/${unit}`);
  if (file) {
    header = header.replaceAll(`${name}.dat`, file);
    await rename(`${path}.dat`, join(data, file));
  }
  await writeFile(`${path}.hea`, header);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  data = await mkdtemp(join(folder, 'records-'));
  await useBackend('cpu');
  model = await writeRandomModel(join(folder, 'model'), 1);
  await writeNamed('good');
  await writeNamed('more', { leads: [...LEADS, 'Jane Doe 1949'] });
  await writeNamed('slow', { fs: 250, samples: 2500 });
  await writeNamed('unit', { unit: 'JaneDoes' });
  await writeNamed('cut', { datBytes: 5000, file: 'jane_doe_1949.dat' });
  await writeNamed('eleven', { leads: [...LEADS.slice(0, 11), 'JaneDoe1949'] });
  await writeNamed('two', { leads: ['ECG1', 'JaneDoe1949'] });
  await writeNamed('gone', { file: 'doe.dat' });
  await rm(join(data, 'doe.dat'));
  await writeNamed('broken');
  const broken = await readFile(join(data, 'broken.hea'), 'utf8');
  await writeFile(join(data, 'broken.hea'), broken.replace(' 500 ', ' JaneDoe '));
  await writeNamed('sum', { leads: LEADS.map((lead) => (lead === 'V6' ? 'Doe' : lead)) });
  const sum = await readFile(join(data, 'sum.hea'), 'utf8');
  await writeFile(join(data, 'sum.hea'), sum.replace(/-?\d+ 0 Doe$/m, '7 0 Doe'));
});
afterAll(() => rm(folder, { recursive: true }));

const withModel = (...argv: string[]) => cli(...argv, '--model', model, '--backend', 'wasm');

describe('what a header says of somebody is not', () => {
  test.each(['good', 'more'])('on the page of a report or an answer, nor on ECG paper (%s)', async (name) => {
    const record = join(data, name);
    const [page, drawing] = [join(folder, `${name}.html`), join(folder, `${name}.svg`)];
    for (const argv of [
      ['report', record],
      ['ask', record, 'Is this ECG normal?'],
    ]) {
      expect((await withModel(...argv, '--html', page)).code).toBe(0);
      const html = await readFile(page, 'utf8');
      expect(html).toContain(`ECG ${name}`);
      expect(html).not.toMatch(SOMEBODY);
    }
    await withModel('plot', record, '--out', drawing, '--reconstruction');
    expect(await readFile(drawing, 'utf8')).not.toMatch(SOMEBODY);
  });

  test('on ECG paper of other leads, where a usual name stays', async () => {
    const drawing = join(folder, 'two.svg');
    expect((await cli('plot', join(data, 'two'), '--out', drawing)).code).toBe(0);
    const svg = await readFile(drawing, 'utf8');
    expect(svg).not.toMatch(SOMEBODY);
    expect([...svg.matchAll(/>(ECG1|lead 2)</g)].map(([, label]) => label)).toEqual(['ECG1', 'lead 2']);
  });

  test.each([[], ['--prepare']])(
    'in the shards of a data set, nor in what is printed of them (%j)',
    async (...options) => {
      const out = await mkdtemp(join(folder, 'shards-'));
      const { err, out: json } = await withModel('tokenize', '--data', data, '--out', out, '--json', ...options);
      expect(`${json}${err}`).not.toMatch(SOMEBODY);
      let failed = '';
      for (const file of await readdir(out)) {
        if (file.endsWith('.safetensors')) continue;
        const text = await readFile(join(out, file), 'utf8');
        expect(text).not.toMatch(SOMEBODY);
        failed += text;
      }
      expect(failed).toContain('"failed":"cut.hea: a file that it names, byte 5000: truncated: expected 120000 bytes');
      expect(failed).toContain('"failed":"gone.hea: a file that it names is missing"');
      expect(failed).toContain('"units":["unknown",');
    },
  );

  test('in a check of the data set, an evaluation or a training run', async () => {
    const small = [
      '--decoder-channels',
      '8',
      '--crop',
      '160',
      '--batch-size',
      '4',
      '--epochs',
      '1',
      '--backend',
      'wasm',
    ];
    for (const argv of [
      ['data', 'check', data],
      ['data', 'check', data, '--json'],
      ['eval', 'tokenizer', '--data', data, '--model', model],
      ['train', 'tokenizer', '--data', data, '--out', join(folder, 'trained'), ...small],
    ]) {
      const { out, err } = await cli(...argv);
      expect(`${out}${err}`).toMatch(/cut\.hea/);
      expect(`${out}${err}`).not.toMatch(SOMEBODY);
    }
    expect(await readFile(join(folder, 'trained.report.html'), 'utf8')).not.toMatch(SOMEBODY);
  });
});
