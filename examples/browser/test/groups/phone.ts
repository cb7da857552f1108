import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { type Driven, ready, soon } from './driven.ts';

/** A phone's width, and fingers. */
export function testPhone(driven: Driven): void {
  test('fits a phone, where fingers zoom, scroll and measure', async () => {
    const { page: phone, context: own } = await driven.served.open(375, 740, { hasTouch: true, isMobile: true });
    await ready(phone);
    expect(await pinch(phone)).toBeGreaterThan(1.9);
    await phone.locator('#fit').tap();

    const scrolled = () => phone.evaluate(() => window.scrollY);
    const paper = await inView(phone);
    const before = await scrolled();
    await swipe(phone, { x: paper.x + 60, y: paper.y + 400 }, -200);
    await soon(scrolled).toBeGreaterThan(before + 50);

    await phone.locator('#calipers').tap();
    const { x, y, width } = await inView(phone);
    const there = await scrolled();
    const zoom = 2.6;
    await swipe(phone, { x: x + width / 2 + 7.5 * zoom, y: y + 161 - 5 * zoom }, -26); // the second leg, 1 mV up
    await soon(() => phone.locator('#measure').textContent()).toBe('600 ms, 100 per minute, 2.00 mV');
    expect(await scrolled()).toBe(there);

    await phone.locator('#suggestions button').first().tap();
    await phone.locator('.answer .why-button').waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await own.close();
  });
}

interface Point {
  x: number;
  y: number;
}

/** Brings the paper to the upper edge, when the page does not move any more by itself, as it does after a swipe; @returns where the paper is */
async function inView(page: Page) {
  let before: number | undefined;
  for (let now = Number.NaN; now !== before; await page.waitForTimeout(150)) {
    before = now;
    now = await page.evaluate(() => window.scrollY);
  }
  await page.locator('.ecg').evaluate((card) => card.scrollIntoView());
  return (await page.locator('#paper').boundingBox())!;
}

/** @returns tells the page where fingers are; none where they are lifted */
async function fingers(page: Page) {
  const session = await page.context().newCDPSession(page);
  return (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: Point[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((at, id) => ({ ...at, id })) });
}

/** One finger, up or down. */
async function swipe(page: Page, { x, y }: Point, by: number): Promise<void> {
  const touch = await fingers(page);
  await touch('touchStart', { x, y });
  for (let step = 1; step <= 10; step++) {
    await touch('touchMove', { x, y: y + (by * step) / 10 });
    await page.waitForTimeout(20);
  }
  await touch('touchEnd');
}

/** Two fingers move apart to twice their distance; @returns how much larger a code has become */
async function pinch(page: Page): Promise<number> {
  await page.locator('#paper').scrollIntoViewIfNeeded();
  const { x, y, width } = (await page.locator('#paper').boundingBox())!;
  const codesAcross = async () => {
    const ends = [];
    for (const at of [0.3, 0.7]) {
      await page.mouse.move(x + at * width, y + 60);
      ends.push(Number(/^Code (\d+) /.exec((await page.locator('#code-text').textContent()) ?? '')?.[1]));
    }
    return ends[1] - ends[0];
  };
  const before = await codesAcross();
  const touch = await fingers(page);
  const apart = (px: number) => [-1, 1].map((side) => ({ x: x + width / 2 + (side * px) / 2, y: y + 60 }));
  await touch('touchStart', ...apart(60));
  for (let px = 70; px <= 120; px += 10) await touch('touchMove', ...apart(px));
  await touch('touchEnd');
  return before / (await codesAcross());
}
