import { Knowledge } from '@heartllm/constrain';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { given } from '../helpers/files.ts';
import { type Driven, ready } from './driven.ts';

/** Free, the model answers it with a word that names nothing on an ECG. */
const UNFIT = 'What is the name of this patient?';

/** Only what can be said. */
export function testConstraint(driven: Driven): void {
  test('says only what can be said, as Node does, switched on with the keyboard', async () => {
    const { page, codes, model } = driven;
    const constrain = new Knowledge();
    const [free, held] = [await model.ask({ codes }, UNFIT), await model.ask({ codes }, UNFIT, { constrain })];
    expect(held.text).not.toBe(free.text);
    expect(await ask(page, UNFIT)).toBe(free.text);

    const box = page.getByRole('checkbox', { name: 'Only what can be said' });
    await page.locator('#question').focus();
    for (let i = 0; i < 12 && !(await box.evaluate((it) => it === document.activeElement)); i++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Space');
    expect(await box.isChecked()).toBe(true);
    expect(await ask(page, UNFIT)).toBe(held.answer.join(', '));
    expect(await page.locator('.answer .meta').first().textContent()).toMatch(/; only what can be said$/);

    await page.locator('#write-report').click();
    await ready(page);
    const { report } = await model.report({ codes }, { constrain });
    expect(await page.locator('.report .text').first().textContent()).toBe(report);
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('#sheet').textContent()).toContain(`${held.answer.join(', ')} (only what can be said)`);
    await page.emulateMedia({ media: 'screen' });
  });

  test('takes a list of one\u2019s own, and names the line that is wrong', async () => {
    const { page, codes, model } = driven;
    const [right, wrong] = [
      given('mine.txt', 'atrial fibrillation\nmoonlight\n'),
      given('mine.csv', 'fine\nnot. fine\n'),
    ];
    await page.locator('#answer-file').setInputFiles(right);
    await page.locator('#answer-list', { hasText: 'mine.txt: 2 answers' }).waitFor();
    const constrain = new Knowledge({ answers: ['atrial fibrillation', 'moonlight'] });
    expect(await ask(page, UNFIT)).toBe((await model.ask({ codes }, UNFIT, { constrain })).answer.join(', '));
    expect(await page.locator('.answer .meta').first().textContent()).toMatch(/; only what mine.txt says$/);
    await page.locator('#answer-file').setInputFiles(wrong);
    await page
      .locator('#constrain-error', { hasText: 'mine.csv: line 2: expected an answer without a full stop' })
      .waitFor();
    await page.locator('#forget-answers').click();
    expect(await page.locator('#answer-list').textContent()).toBe('');
    await page.locator('#constrain').uncheck();
    expect(await page.locator('#constrain-list').isVisible()).toBe(false);
    expect(await ask(page, UNFIT)).toBe((await model.ask({ codes }, UNFIT)).text);
  });
}

/** @returns the answer, when it is whole */
async function ask(page: Page, question: string): Promise<string | null> {
  const before = await page.locator('.answer').count();
  await page.locator('#question').fill(question);
  await page.locator('#question').press('Enter');
  await page.locator('.answer').nth(before).waitFor(); // one more than there were
  await ready(page);
  return page.locator('.answer .text').first().textContent();
}
