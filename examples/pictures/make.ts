/**
 * Makes the pictures of examples/README.md from what the examples drew into examples/out, with Chromium:
 * `npx tsx examples/pictures/make.ts`, after the examples have run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

const OUT = new URL('../out/', import.meta.url);
const WIDTH = 640;
const MAX_HEIGHT = 560;

const browser = await chromium.launch({
  executablePath: process.env.HEARTLLM_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--allow-file-access-from-files'],
});
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const shown = (name: string) => readme.includes(`(pictures/${name.replace(/\.(svg|html)$/, '.png')})`);
for (const file of readdirSync(OUT).filter(shown)) {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: MAX_HEIGHT } });
  const url = new URL(file, OUT).href;
  if (file.endsWith('.html')) await page.goto(url);
  else {
    await page.goto(new URL('./', OUT).href);
    await page.setContent(
      `<!doctype html><body style="margin:0"><img src="${url}" style="display:block;width:100%"></body>`,
    );
    await page.waitForFunction(() => document.images[0].complete);
  }
  const height = await page.evaluate(() => Math.ceil(document.body.getBoundingClientRect().bottom));
  const picture = new URL(file.replace(/\.\w+$/, '.png'), import.meta.url);
  await page.screenshot({
    path: fileURLToPath(picture),
    clip: { x: 0, y: 0, width: WIDTH, height: Math.min(height, MAX_HEIGHT) },
  });
  await page.close();
  console.log(file);
}
await browser.close();
