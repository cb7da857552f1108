import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Driven, soon } from './driven.ts';

/** Reasons for what was answered, and how to stop looking for them. */
export function testWhy(driven: Driven): void {
  test('tells why: occlusion and attention below the codes', async () => {
    const { page } = driven;
    await page.locator('.answer:not(.report) .why-button').first().click();
    await page.locator('#why').waitFor();
    expect(await page.locator('#why-heading').textContent()).toMatch(/^Why \u201c.+\u201d\?$/);
    expect(await page.locator('#why-text').textContent()).toMatch(/attention and occlusion/i);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('why-heading');
  });

  test('shows a layer or all of them beside occlusion, and says what attention is worth', async () => {
    const { page } = driven;
    const drawn = () =>
      page.evaluate(() =>
        ['#why-occlusion', '#why-attention', '#paper'].map((place) =>
          document.querySelector<HTMLCanvasElement>(`${place} canvas`)!.toDataURL(),
        ),
      );
    const layers = page.locator('#why-layer');
    expect(await layers.locator('option').allTextContents()).toEqual([
      'all, rolled out',
      'layer 1',
      'layer 2',
      'layer 3',
    ]);
    const [occlusion, rolledOut, shaded] = await drawn();
    await layers.selectOption('layer 2');
    await soon(async () => (await drawn())[1] !== rolledOut).toBe(true);
    expect((await drawn())[0]).toBe(occlusion);
    await page.locator('#shade-attention').check();
    await soon(async () => (await drawn())[2] !== shaded).toBe(true);
    await page.locator('#shade-occlusion').check();
    await soon(async () => (await drawn())[2]).toBe(shaded);

    expect(await page.locator('#why').textContent()).toMatch(
      /Occlusion: .+ masked.+Attention: .+ looked.+no evidence/s,
    );
    const links = await page
      .locator('#why a, footer a')
      .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
    expect(links).toHaveLength(2);
    for (const link of links) {
      const [path, anchor] = link.replace(/^.+\/blob\/main\//, '').split('#');
      const text = await readFile(new URL(`../../../../${path}`, import.meta.url), 'utf8');
      const anchors = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) =>
        heading
          .toLowerCase()
          .replace(/[^a-z0-9 -]/g, '')
          .replace(/ /g, '-'),
      );
      if (anchor) expect(anchors).toContain(anchor);
    }
  });

  test('gives the keyboard back when it is closed, and fits a phone', async () => {
    const { page } = driven;
    await page.setViewportSize({ width: 375, height: 740 });
    await soon(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.locator('#why-close').click();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('why-button');
  });

  test('cancel stops what runs, and the next question is answered', async () => {
    const { page } = driven;
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
}
