import { join } from 'node:path';
import type { Browser } from 'playwright';
import { build, createServer, type Plugin } from 'vite';
import { withPage } from './page.ts';
import type { Project } from './project.ts';
import { serveFolders } from './static-server.ts';

/** What a page made, and whether a worker of the package took part. */
export interface Used {
  result: string;
  workers: boolean;
}

/**
 * Bundles a project with vite, as a user would, without polyfills, opens the page and gives what it made.
 *
 * @throws Error when the bundle needs a module of Node, or the page asks another host or writes an error
 */
export async function useBuilt({ folder }: Project, browser: Browser): Promise<Used> {
  const outDir = join(folder, 'page');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { outDir, target: 'es2022', minify: false, reportCompressedSize: false },
    plugins: [refuseNode],
  });
  const { origin, close } = await serveFolders([outDir, folder]);
  try {
    return await made(browser, origin);
  } finally {
    close();
  }
}

/** Opens a project's page from vite's development server, which bundles what a page depends on before it is asked. Throws as {@link useBuilt}. */
export async function useServed({ folder }: Project, browser: Browser): Promise<Used> {
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0 },
    plugins: [refuseNode],
  });
  try {
    await server.listen();
    return await made(browser, new URL(server.resolvedUrls!.local[0]!).origin);
  } finally {
    await server.close();
  }
}

function made(browser: Browser, origin: string): Promise<Used> {
  return withPage(browser, origin, async (page) => {
    const result = await page.waitForFunction(() => (globalThis as unknown as { result?: Promise<string> }).result);
    const workers = await page.evaluate(() => (globalThis as unknown as { workerAnswered: boolean }).workerAnswered);
    return { result: (await result.jsonValue())!, workers };
  });
}

const refuseNode: Plugin = {
  name: 'no-node',
  enforce: 'pre',
  resolveId(id, importer) {
    if (id.startsWith('node:')) throw new Error(`${importer} imports ${id}, which a browser has not`);
    return null;
  },
};
