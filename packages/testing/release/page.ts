import type { Browser, Page } from 'playwright';

/**
 * Opens a page, does something with it and gives the outcome.
 *
 * @throws Error when the page asks another host, or writes an error, with all that it wrote
 */
export async function withPage<T>(browser: Browser, origin: string, act: (page: Page) => Promise<T>): Promise<T> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(origin)) problems.push(`the page asked for ${url}`);
  });
  try {
    await page.goto(origin);
    const result = await act(page);
    if (problems.length) throw new Error(problems.join('\n'));
    return result;
  } catch (error) {
    throw new Error([...new Set([...problems, String(error)])].join('\n'));
  } finally {
    await page.close();
  }
}
