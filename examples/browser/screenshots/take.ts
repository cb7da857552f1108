/** Takes the pictures of the README, with the model that is embedded now: `npm run screenshots -w examples/browser`. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { ServedPage } from '../test/helpers/served-page.ts';

const served = await ServedPage.start();
try {
  const { page: desktop } = await served.open(1280, 900);
  await askAbout(desktop, '00722_hr');
  await desktop.locator('#write-report').click();
  await desktop.locator('.report .why-button').waitFor();
  await desktop.locator('.answer:not(.report) .why-button').click();
  await desktop.locator('#why').waitFor();
  await chooseCode(desktop, 31);
  await save('desktop', await desktop.screenshot({ fullPage: true }));

  const { page: phone } = await served.open(375, 740);
  await askAbout(phone, '00722_hr');
  await phone.locator('#calipers').click();
  await chooseCode(phone, 31);
  await phone.locator('.ecg').evaluate((ecg) => ecg.scrollIntoView());
  await save('phone', await phone.screenshot());
} finally {
  await served.stop();
}

async function askAbout(page: Page, record: string): Promise<void> {
  await page.locator('#ask:enabled').waitFor();
  await page.locator('#record').selectOption({ index: 1 });
  await page.locator('#ecg-heading', { hasText: record }).waitFor();
  await page.locator('#ask:enabled').waitFor();
  await page.locator('#suggestions button').nth(2).click();
  await page.locator('.answer .why-button').waitFor();
}

async function chooseCode(page: Page, code: number): Promise<void> {
  await page.locator('#strip').focus();
  for (let i = 1; i < code; i++) await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(300);
}

/** As WebP, which the browser itself can write. */
async function save(name: string, png: Buffer): Promise<void> {
  const { page, context } = await served.blank();
  const url = await page.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', 0.7);
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  await context.close();
  const file = fileURLToPath(new URL(`./${name}.webp`, import.meta.url));
  await writeFile(file, Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
}
