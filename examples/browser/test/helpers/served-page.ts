import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CHROMIUM_ARGS, chromiumPath } from '@heartllm/testing/chromium';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { type PreviewServer, preview } from 'vite';
import { POLICY } from '../../build/content-security-policy.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const vite = join(dirname(fileURLToPath(import.meta.resolve('vite/package.json'))), 'bin/vite.js');

/** The page as it is built and served, in a real browser. */
export class ServedPage {
  readonly url: string;
  /** Every address that any of its pages or workers asked for. */
  readonly requests: string[] = [];
  /** What the pages' consoles called an error, violations of the policy among it. */
  readonly errors: string[] = [];
  readonly #folder: string;
  readonly #server: PreviewServer;
  readonly #browser: Browser;

  private constructor(folder: string, server: PreviewServer, browser: Browser) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
    this.url = server.resolvedUrls!.local[0];
  }

  static async start(): Promise<ServedPage> {
    const folder = await mkdtemp(join(tmpdir(), 'heartllm-page-'));
    // a process of its own, as vitest calls itself a test environment and this is a production build
    const { NODE_ENV: _, ...env } = process.env;
    const args = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
    const [{ stderr }, browser] = await Promise.all([
      promisify(execFile)(process.execPath, args, { cwd: root, env }),
      chromium.launch({ executablePath: chromiumPath, args: CHROMIUM_ARGS }),
    ]);
    if (/error/i.test(stderr)) throw new Error(stderr);
    const headers = { 'Content-Security-Policy': POLICY };
    const server = await preview({
      root,
      configFile: false, // it imports packages, which vitest would have as sources
      build: { outDir: folder },
      preview: { port: 0, headers },
      logLevel: 'error',
    });
    return new ServedPage(folder, server, browser);
  }

  /** A window of its own, with nothing kept from others. */
  async open(
    width = 1280,
    height = 900,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; context: BrowserContext }> {
    const context = await this.#browser.newContext({ ...options, viewport: { width, height } });
    context.on('request', (request) => this.requests.push(request.url()));
    context.on('serviceworker', (worker) => this.requests.push(worker.url()));
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // a busy machine takes its time
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(error.message));
    await page.goto(this.url);
    return { page, context };
  }

  /** An empty page, of which nothing is noted. */
  async blank(): Promise<{ page: Page; context: BrowserContext }> {
    const context = await this.#browser.newContext();
    return { page: await context.newPage(), context };
  }

  /** Takes the server away, as a lost network does. */
  async disconnect(): Promise<void> {
    const { httpServer } = this.#server;
    if (!httpServer.listening) return;
    if ('closeAllConnections' in httpServer) httpServer.closeAllConnections();
    await this.#server.close();
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.disconnect();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
