import { expect, test } from 'vitest';
import { type Driven, QUESTION } from './driven.ts';

/** Questions, reports, print. */
export function testAnswers(driven: Driven): void {
  test('answers as Node does, and a report grows while it is written', async () => {
    const { page, codes, model } = driven;
    await page.locator('#question').fill(QUESTION);
    await page.locator('#ask').click();
    const answer = page.locator('.answer').first();
    await answer.locator('.why-button').waitFor();
    const asked = await model.ask({ codes }, QUESTION);
    expect(await answer.locator('.text').textContent()).toBe(asked.answer.join(', '));

    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      const watch = () => seen.push(document.querySelector('.report .text')?.textContent ?? '');
      new MutationObserver(watch).observe(document.getElementById('answers')!, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    });
    await page.locator('#write-report').click();
    await page.locator('.report .why-button').waitFor();
    const { report } = await model.report({ codes });
    expect(await page.locator('.report .text').textContent()).toBe(report);
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen.filter(Boolean));
    expect(new Set(seen).size).toBeGreaterThan(1);
    for (const text of seen) expect(report.startsWith(text)).toBe(true);
  });

  test('prints the ECG in scale with what was answered', async () => {
    const { page } = driven;
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.length).toBeGreaterThan(20_000);
    await page.emulateMedia({ media: 'print' });
    const sheet = page.locator('#sheet');
    expect(await sheet.locator('svg').first().getAttribute('width')).toBe('270mm');
    expect(await sheet.textContent()).toContain(QUESTION);
    expect(await sheet.textContent()).toMatch(/not a medical device/);
    expect(await page.locator('#screen').isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
  });
}
