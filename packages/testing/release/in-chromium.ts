import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Browser } from 'playwright';
import { build } from 'vite';
import type { Project } from './project.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/**
 * Bundles a project with vite, as a user would, without polyfills, opens the page and gives what it made.
 *
 * @throws Error when the bundle needs a module of Node, or the page asks another host or writes an error
 */
export async function useInChromium({ folder }: Project, browser: Browser): Promise<string> {
  const outDir = join(folder, 'page');
  await build({
    root: folder,
    logLevel: 'error',
    build: { outDir, target: 'es2022', minify: false, reportCompressedSize: false, assetsInlineLimit: 0 },
    plugins: [{ name: 'no-node', enforce: 'pre', resolveId: refuseNode }],
  });
  const server = await serve([outDir, folder]);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
    await page.waitForFunction(() => 'result' in globalThis, undefined, { timeout: 60_000 });
    const result = await page.evaluate(() => (globalThis as unknown as { result: Promise<string> }).result);
    if (problems.length) throw new Error(problems.join('\n'));
    return result;
  } catch (error) {
    throw new Error([...problems, String(error)].join('\n'));
  } finally {
    await page.close();
    server.close();
  }
}

function refuseNode(id: string, importer?: string): null {
  if (id.startsWith('node:')) throw new Error(`${importer} imports ${id}, which a browser has not`);
  return null;
}

function serve(folders: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://host').pathname));
    const file = folders
      .map((folder) => join(folder, path === '/' ? 'index.html' : path))
      .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
