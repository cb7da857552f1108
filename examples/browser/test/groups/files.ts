import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRecord } from '@heartllm/ecg-io';
import { expect, test } from 'vitest';
import { drop } from '../helpers/drop.ts';
import { csvOf, given, hdf5Of } from '../helpers/files.ts';
import { type Driven, folder, ready } from './driven.ts';

const RECORDS = fileURLToPath(new URL('../../../data/ptbxl/records500/00000', import.meta.url));

/** Recordings and models of one’s own. */
export function testFiles(driven: Driven): void {
  test('opens a model folder of one\u2019s own, and says what is wrong with another one', async () => {
    const { page } = driven;
    await page.locator('#model-files').setInputFiles(fileURLToPath(new URL('../../src', import.meta.url)));
    await page.locator('#model-error', { hasText: 'no heartllm.json' }).waitFor();
    await page
      .locator('#model-files')
      .setInputFiles(fileURLToPath(new URL('../../../../packages/nano/model', import.meta.url)));
    await page.locator('#embedded-model').waitFor();
    await ready(page);
    expect(await page.locator('#model-error').isVisible()).toBe(false);
    await page.locator('#embedded-model').click();
    await page.locator('#embedded-model').waitFor({ state: 'hidden' });
    await ready(page);
  });

  test('takes a WFDB pair that is dropped', async () => {
    const { page, model } = driven;
    await drop(page, ...['hea', 'dat'].map((suffix) => join(RECORDS, `00722_hr.${suffix}`)));
    await page.locator('#ecg-heading', { hasText: '00722_hr' }).waitFor();
    await ready(page);
    expect(await page.locator('#drop-hint').isVisible()).toBe(false);
    const other = await model.tokenize(await readRecord(folder, '00000/00722_hr'));
    await page.locator('#strip').focus();
    await page.locator('#strip').press('Home');
    expect(await page.locator('#strip').getAttribute('aria-valuetext')).toContain(`of 313: ${other.codes[0]},`);
  });

  test('takes a folder that is dropped, with all recordings in it', async () => {
    const { page } = driven;
    await drop(page, RECORDS);
    await page.locator('#ecg-heading', { hasText: '00144_hr' }).waitFor();
    await ready(page);
    const listed = await page.locator('#record option').allTextContents();
    expect(listed.slice(-4)).toEqual(['00144_hr.hea', '00722_hr.hea', '00823_hr.hea', '00913_hr.hea']);
  });

  test('asks for the rate of a CSV without times, and then reads it', async () => {
    const { page, record } = driven;
    await page.locator('#files').setInputFiles(given('mine.csv', csvOf(record)));
    await page.locator('#recording-error', { hasText: 'mine.csv' }).waitFor();
    await page.locator('#rate').fill('500');
    await page.locator('#rate').press('Enter');
    await page.locator('#ecg-heading', { hasText: /^mine$/ }).waitFor();
    await ready(page);
    expect(await page.locator('#recording-error').isVisible()).toBe(false);
  });

  test('asks for the unit of a table that names none and has values of no ECG in mV', async () => {
    const { page, record } = driven;
    const inMicrovolts = { ...record, signal: record.signal.map((lead) => lead.map((value) => 1000 * value)) };
    const table = csvOf(inMicrovolts).replaceAll(' (mV)', '');
    await page.locator('#files').setInputFiles(given('other.txt', `# fs: 500\n${table}`));
    await page.locator('#warnings', { hasText: 'no unit is named' }).waitFor();
    await page.locator('#unit').selectOption('uV');
    await page.locator('#warnings', { hasText: 'no unit is named' }).waitFor({ state: 'detached' });
    await ready(page);
  });

  test('reads an exam of an HDF5 file, and says what was changed', async () => {
    const { page, record } = driven;
    await page.locator('#files').setInputFiles(given('exams.hdf5', await hdf5Of(record)));
    await page.locator('#ecg-heading', { hasText: /^71$/ }).waitFor();
    await page.locator('#exam').fill('2');
    await page.locator('#exam').press('Enter');
    await page.locator('#ecg-heading', { hasText: /^72$/ }).waitFor();
    await ready(page);
    expect(await page.locator('#warnings').textContent()).toMatch(/resampled from 400 to 500 Hz/);
  });

  test('names the file that is wrong', async () => {
    const { page } = driven;
    const error = page.locator('#recording-error');
    const header = await folder.read('00000/00722_hr.hea');
    const cut = (await folder.read('00000/00722_hr.dat')).slice(0, 70_000);
    const give = (...files: ReturnType<typeof given>[]) => page.locator('#files').setInputFiles(files);
    await give(given('alone.dat', 'x'));
    await error.filter({ hasText: 'alone.dat: its header alone.hea is missing' }).waitFor();
    await give(given('00722_hr.hea', header));
    await error.filter({ hasText: 'the file with its signal is missing' }).waitFor();
    await give(given('00722_hr.hea', header), given('00722_hr.dat', cut));
    await error.filter({ hasText: '00722_hr.dat' }).waitFor();
    await give(given('holiday.jpg', 'x'));
    await error.filter({ hasText: 'holiday.jpg' }).waitFor();
    await give(given('broken.h5', 'no hdf5'));
    await error.filter({ hasText: 'broken.h5' }).waitFor();
  });
}
