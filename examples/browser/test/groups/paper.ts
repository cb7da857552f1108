import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { tracesOf } from '../../src/paper/leads.ts';
import { planRows } from '../../src/paper/rows.ts';
import { fitZoom } from '../../src/paper/viewport.ts';
import { type Driven, ready, soon } from './driven.ts';

/** The ECG on paper and its codes, with the mouse. */
export function testPaper(driven: Driven): void {
  test('shows an example on paper and turns it into the codes that Node gives', async () => {
    const { page, codes } = driven;
    await ready(page);
    expect(await page.locator('#ecg-heading').textContent()).toBe('00913_hr');
    expect(await page.locator('#facts').textContent()).toBe('12 leads, 10 s, 500 Hz');
    expect(await page.locator('[role=note]').textContent()).toMatch(/not a medical device/);
    const strip = page.locator('#strip');
    await strip.focus();
    const shown = [];
    for (let i = 0; i < 24; i++) {
      shown.push(Number(/: (\d+), digits/.exec((await strip.getAttribute('aria-valuetext')) ?? '')?.[1]));
      await strip.press('ArrowRight');
    }
    expect(shown).toEqual(Array.from(codes.slice(0, 24)));
    expect(await strip.getAttribute('aria-valuemax')).toBe('313');
  });

  test('a code that is pointed at lights up in all leads, with the decoded waveform over it', async () => {
    const { page, record } = driven;
    const leads = record.leads.length;
    const { baselines, height } = planRows(tracesOf(record), { speed: 25, gain: 10 });
    const places = baselines.map((baseline) => baseline / height);
    const none = { band: 0, decoded: 0 };
    const all = { band: leads, decoded: leads };
    await page.locator('#strip').blur();
    await soon(() => lit(page, places)).toEqual(none);
    const { width } = (await page.locator('#paper').boundingBox())!;
    await page.locator('#paper').hover({ position: { x: width / 2, y: 20 } });
    await soon(() => lit(page, places)).toEqual(all);
    expect(await page.locator('#code-text').textContent()).toMatch(/^Code 1\d\d of 313: /);
    await page.mouse.move(2, 2);
    await soon(() => lit(page, places)).toEqual(none);
    await page.locator('#strip').hover();
    await soon(() => lit(page, places)).toEqual(all);
    await page.mouse.move(2, 2);
  });

  test('mouse: the paper moves and zooms about the pointer, calipers measure', async () => {
    const { page } = driven;
    const paper = page.locator('#paper');
    await paper.scrollIntoViewIfNeeded();
    const { x, y } = (await paper.boundingBox())!;
    const width = await paper.evaluate((element) => element.clientWidth);
    const zoom = fitZoom(width, 250);
    const at = { x: Math.round(x + width / 2), y: Math.round(y + 100) };
    const code = async () => Number(/^Code (\d+) /.exec((await page.locator('#code-text').textContent()) ?? '')?.[1]);
    await page.mouse.move(at.x, at.y);
    await soon(code).toBeGreaterThan(0);
    const before = await code();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200); // twice as large
    await page.keyboard.up('Control');
    await page.mouse.move(at.x, at.y + 1);
    expect(Math.abs((await code()) - before)).toBeLessThanOrEqual(1);
    await page.mouse.down();
    await page.mouse.move(at.x + 100, at.y + 1, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(at.x, at.y + 1);
    const moved = 100 / (zoom * Math.exp(200 / 300) * 0.8); // a code is 0.8 mm
    await soon(async () => Math.abs(before - moved - (await code())) <= 1).toBe(true);

    await page.locator('#fit').click();
    await page.locator('#calipers').click();
    expect(await page.locator('#measure').textContent()).toBe('600 ms, 100 per minute, 1.00 mV');
    const leg = { x: x + width / 2 + 7.5 * zoom, y: (await paper.boundingBox())!.y + 160 - 5 * zoom };
    await page.mouse.move(leg.x, leg.y);
    await page.mouse.down();
    await page.mouse.move(leg.x + 50, leg.y, { steps: 4 });
    await page.mouse.up();
    const ms = 600 + (50 / zoom / 25) * 1000;
    await soon(async () => {
      const text = (await page.locator('#measure').textContent()) ?? '';
      return Math.abs(Number.parseInt(text, 10) - ms) <= 3 && text.endsWith('1.00 mV');
    }).toBe(true);
    await page.locator('#calipers').click();
    expect(await page.locator('#measure').textContent()).toBe('');
  });
}

/**
 * In how many leads the band of a code, and the decoded waveform, are drawn.
 *
 * @param places of the baselines, as shares of the paper's height
 */
function lit(page: Page, places: number[]): Promise<{ band: number; decoded: number }> {
  return page.evaluate((baselines) => {
    const canvas = document.querySelectorAll<HTMLCanvasElement>('#paper canvas')[1];
    const { width, height } = canvas;
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    const count = { band: 0, decoded: 0 };
    for (const baseline of baselines) {
      const { data } = context.getImageData(0, baseline * height - 25, width, 40);
      let [band, decoded] = [false, false];
      for (let i = 0; i < data.length; i += 4) {
        const [red, , blue, alpha] = data.slice(i, i + 4);
        band ||= alpha > 0 && red > blue + 60;
        decoded ||= alpha > 0 && blue > red + 60;
      }
      count.band += Number(band);
      count.decoded += Number(decoded);
    }
    return count;
  }, places);
}
