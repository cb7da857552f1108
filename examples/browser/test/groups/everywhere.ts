import { expect, test } from 'vitest';
import { given, hdf5Of } from '../helpers/files.ts';
import { type Driven, QUESTION, ready } from './driven.ts';

/** With the keyboard, without a network; and what is sent where. */
export function testEverywhere(driven: Driven): void {
  test('works with the keyboard alone', async () => {
    const { served } = driven;
    const { page: fresh, context: own } = await served.open();
    await ready(fresh);
    const tabTo = async (id: string) => {
      for (let i = 0; i < 40; i++) {
        if (await fresh.evaluate((wanted) => document.activeElement?.id === wanted, id)) return;
        await fresh.keyboard.press('Tab');
      }
      throw new Error(`Tab does not lead to #${id}`);
    };
    await tabTo('record');
    await fresh.keyboard.press('ArrowDown');
    await fresh.locator('#ecg-heading:not(:text("00913_hr"))').waitFor();
    await ready(fresh);
    await tabTo('calipers');
    await fresh.keyboard.press('Enter');
    for (let i = 0; i < 10; i++) await fresh.keyboard.press('ArrowRight');
    await fresh.keyboard.press('Shift+ArrowUp');
    expect(await fresh.locator('#measure').textContent()).toBe('620 ms, 97 per minute, 1.10 mV');
    await fresh.keyboard.press('Escape');
    expect(await fresh.locator('#measure').textContent()).toBe('');
    await tabTo('strip');
    await fresh.keyboard.press('End');
    expect(await fresh.locator('#code-text').textContent()).toMatch(/^Code 313 of 313/);
    await tabTo('question');
    await fresh.keyboard.type('Is this ECG normal?');
    await fresh.keyboard.press('Enter');
    await fresh.locator('.answer .why-button').waitFor();
    await own.close();
  });

  test('cannot send anything anywhere else, whatever its scripts try', async () => {
    const { served } = driven;
    const { page: fresh, context: own } = await served.blank();
    await fresh.goto(served.url);
    const refused = await fresh.evaluate(async () => {
      const directives: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective));
      await fetch('https://heartllm.invalid/').catch(() => {});
      const image = new Image();
      image.src = 'https://heartllm.invalid/pixel.png';
      await new Promise((resolve) => image.addEventListener('error', resolve));
      return directives;
    });
    expect([...new Set(refused)]).toEqual(['connect-src', 'img-src']); // each by page and header
    await own.close();
  });

  test('works without a network after the first load', async () => {
    const { page, context, served, record } = driven;
    await page.locator('#offline', { hasText: 'without a network' }).waitFor();
    await served.disconnect();
    await page.reload();
    await ready(page);
    await page.locator('#question').fill(QUESTION);
    await page.locator('#ask').click();
    await page.locator('.answer .why-button').waitFor();
    await page.locator('#files').setInputFiles(given('exams.hdf5', await hdf5Of(record))); // its library is kept too
    await page.locator('#ecg-heading', { hasText: /^71$/ }).waitFor();
    await context.close();
  });

  test('spoke to no other origin, and broke no rule of its policy', () => {
    const { served } = driven;
    expect(served.requests.length).toBeGreaterThan(20);
    const { origin } = new URL(served.url);
    expect(served.requests.filter((url) => new URL(url).origin !== origin)).toEqual([]);
    expect(served.errors).toEqual([]);
  });
}
