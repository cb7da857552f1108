import { fileURLToPath } from 'node:url';
import { useBackend } from '@heartllm/backend';
import { type EcgRecord, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { chromiumPath, NO_CHROMIUM } from '@heartllm/testing/chromium';
import { HeartLlm } from 'heartllm';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tracesOf } from '../src/paper/leads.ts';
import { planRows } from '../src/paper/rows.ts';
import { fitZoom } from '../src/paper/viewport.ts';
import { csvOf, given, hdf5Of } from './helpers/files.ts';
import { ServedPage } from './helpers/served-page.ts';

const folder = folderSource(fileURLToPath(new URL('../../data/ptbxl/records500', import.meta.url)));
const QUESTION = 'What diagnostic class does this ECG belong to?';

if (!chromiumPath) describe.skip(`SKIPPED the page of examples/browser: ${NO_CHROMIUM}`, () => test('in Chromium'));
else describe('the page', drive);

function drive() {
  let served: ServedPage;
  let page: Page;
  let context: BrowserContext;
  let record: EcgRecord;
  let codes: Int32Array;
  let model: HeartLlm;

  beforeAll(async () => {
    served = await ServedPage.start();
    ({ page, context } = await served.open());
    record = await readRecord(folder, '00000/00913_hr');
    await useBackend('wasm');
    model = await HeartLlm.load();
    ({ codes } = await model.tokenize(record));
  }, 300_000);
  afterAll(async () => {
    await model?.dispose();
    await served?.stop();
  });

  test('shows an example on paper and turns it into the codes that Node gives', async () => {
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

  test('answers as Node does, and a report grows while it is written', async () => {
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

  test('tells why: occlusion and attention below the codes, also on a phone', async () => {
    await page.locator('.answer:not(.report) .why-button').first().click();
    await page.locator('#why').waitFor();
    expect(await page.locator('#why-heading').textContent()).toMatch(/^Why \u201c.+\u201d\?$/);
    expect(await page.locator('#why-text').textContent()).toMatch(/attention and occlusion/i);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('why-heading');
    expect(await page.locator('#why-layer option').first().textContent()).toBe('rolled out');
    await page.setViewportSize({ width: 375, height: 740 });
    await soon(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.locator('#why-close').click();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('why-button');
  });

  test('prints the ECG in scale with what was answered', async () => {
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

  test('cancel stops what runs, and the next question is answered', async () => {
    // the page itself presses cancel: a click from out here may come when all is done
    const cancelled = await page.evaluate(async () => {
      const work = document.getElementById('answer-work')!;
      const label = work.querySelector('span')!;
      const press = () => work.querySelector('button')!.click();
      const changed = (what: () => boolean) =>
        new Promise<void>((resolve) => {
          const look = () => (what() ? resolve() : requestAnimationFrame(look));
          look();
        });
      const texts = [];
      for (const deep of [false, true]) {
        const why = document.querySelector<HTMLButtonElement>('.report .why-button')!;
        why.focus();
        why.click();
        if (deep) await changed(() => label.textContent!.startsWith('Masking'));
        texts.push(label.textContent);
        press();
        await changed(() => work.hidden && !document.querySelector<HTMLButtonElement>('#ask')!.disabled);
      }
      return texts;
    });
    expect(cancelled).toEqual(['Looking for reasons', 'Masking one stretch after the other']);
    const before = await page.locator('.answer').count();
    await page.locator('#ask').click();
    await soon(() => page.locator('.answer').count()).toBe(before + 1);
    await page.locator('.answer').first().locator('.why-button').waitFor();
    expect(await page.locator('#why').isVisible()).toBe(false);
  });

  test('opens a model folder of one\u2019s own, and says what is wrong with another one', async () => {
    await page.locator('#model-files').setInputFiles(fileURLToPath(new URL('../src', import.meta.url)));
    await page.locator('#model-error', { hasText: 'no heartllm.json' }).waitFor();
    await page
      .locator('#model-files')
      .setInputFiles(fileURLToPath(new URL('../../../packages/nano/model', import.meta.url)));
    await page.locator('#embedded-model').waitFor();
    await ready(page);
    expect(await page.locator('#model-error').isVisible()).toBe(false);
    await page.locator('#embedded-model').click();
    await page.locator('#embedded-model').waitFor({ state: 'hidden' });
    await ready(page);
  });

  test('takes a WFDB pair that is dropped', async () => {
    const files = await Promise.all(
      ['hea', 'dat'].map(async (suffix) => [
        `00722_hr.${suffix}`,
        [...(await folder.read(`00000/00722_hr.${suffix}`))],
      ]),
    );
    await page.evaluate((given) => {
      const transfer = new DataTransfer();
      for (const [name, bytes] of given as [string, number[]][]) {
        transfer.items.add(new File([new Uint8Array(bytes)], name));
      }
      for (const type of ['dragenter', 'dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
      }
    }, files);
    await page.locator('#ecg-heading', { hasText: '00722_hr' }).waitFor();
    await ready(page);
    expect(await page.locator('#drop-hint').isVisible()).toBe(false);
    const other = await model.tokenize(await readRecord(folder, '00000/00722_hr'));
    await page.locator('#strip').focus();
    await page.locator('#strip').press('Home');
    expect(await page.locator('#strip').getAttribute('aria-valuetext')).toContain(`of 313: ${other.codes[0]},`);
  });

  test('asks for the rate of a CSV without times, and then reads it', async () => {
    await page.locator('#files').setInputFiles(given('mine.csv', csvOf(record)));
    await page.locator('#recording-error', { hasText: 'mine.csv' }).waitFor();
    await page.locator('#rate').fill('500');
    await page.locator('#rate').press('Enter');
    await page.locator('#ecg-heading', { hasText: /^mine$/ }).waitFor();
    await ready(page);
    expect(await page.locator('#recording-error').isVisible()).toBe(false);
  });

  test('reads an exam of an HDF5 file, and says what was changed', async () => {
    await page.locator('#files').setInputFiles(given('exams.hdf5', await hdf5Of(record)));
    await page.locator('#ecg-heading', { hasText: /^71$/ }).waitFor();
    await page.locator('#exam').fill('2');
    await page.locator('#exam').press('Enter');
    await page.locator('#ecg-heading', { hasText: /^72$/ }).waitFor();
    await ready(page);
    expect(await page.locator('#warnings').textContent()).toMatch(/resampled from 400 to 500 Hz/);
  });

  test('names the file that is wrong', async () => {
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

  test('works with the keyboard alone', async () => {
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

  test('fits a phone', async () => {
    const { page: phone, context: own } = await served.open(375, 740, { hasTouch: true, isMobile: true });
    await ready(phone);
    expect(await pinch(phone)).toBeGreaterThan(1.9);
    await phone.locator('#suggestions button').first().click();
    await phone.locator('.answer .why-button').waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await own.close();
  });

  test('cannot send anything anywhere else, whatever its scripts try', async () => {
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
    expect(served.requests.length).toBeGreaterThan(20);
    const { origin } = new URL(served.url);
    expect(served.requests.filter((url) => new URL(url).origin !== origin)).toEqual([]);
    expect(served.errors).toEqual([]);
  });
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
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart?: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: apart ? [-1, 1].map((side, id) => ({ x: x + width / 2 + (side * apart) / 2, y: y + 60, id })) : [],
    });
  await touch('touchStart', 60);
  for (let apart = 70; apart <= 120; apart += 10) await touch('touchMove', apart);
  await touch('touchEnd');
  return before / (await codesAcross());
}

/** Waits for something to become what is expected; a busy machine takes its time. */
function soon<T>(read: () => Promise<T>) {
  return expect.poll(read, { timeout: 30_000 });
}

/** Until the ECG that is shown can be asked about. */
async function ready(page: Page): Promise<void> {
  await page.locator('#ask:enabled').waitFor();
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
