import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../..', import.meta.url));
const record = fileURLToPath(new URL('./fixtures/ptbxl', import.meta.url));

let project: string;

// as someone who installs only this package: its tarball, in an empty project
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'ecg-io-package-'));
  await writeFile(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project];
  const tarballs: string[] = [];
  for (const name of ['source', 'ecg-io']) {
    const { stdout } = await run('npm', pack, { cwd: join(packages, name) });
    tarballs.push(join(project, JSON.parse(stdout)[0].filename));
  }
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], { cwd: project });
  await cp(record, join(project, 'record'), { recursive: true });
}, 60_000);

afterAll(() => rm(project, { recursive: true, force: true }));

describe('installed from its tarball into an empty project', () => {
  test('it brings the sources of bytes along and nothing else', async () => {
    expect(await readdir(join(project, 'node_modules'))).toEqual(['.package-lock.json', '@heartllm']);
    expect(await readdir(join(project, 'node_modules', '@heartllm'))).toEqual(['ecg-io', 'source']);
  });

  test('it reads a record in Node', async () => {
    const script = `
      import { readRecord } from '@heartllm/ecg-io';
      import { folderSource } from '@heartllm/ecg-io/node';
      const { fs, leads, signal } = await readRecord(folderSource('record'), '00001_hr');
      console.log(JSON.stringify([fs, leads.length, Array.from(signal[1].slice(0, 3))]));`;
    await writeFile(join(project, 'read.js'), script);
    const { stdout } = await run('node', ['read.js'], { cwd: project });
    expect(JSON.parse(stdout)).toEqual([500, 12, await firstOfLeadII()]);
  });

  const chromium = [process.env.HEARTLLM_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (path) => path && existsSync(path),
  );
  test.runIf(chromium)('it reads a record in Chromium, from Files and from a URL, without a bundler', async () => {
    const server = createServer(async ({ url = '/' }, response) => {
      const path = join(project, new URL(url, 'http://localhost').pathname);
      const body = await readFile(path).catch(() => undefined);
      const types: Record<string, string> = { js: 'text/javascript', html: 'text/html' };
      response.writeHead(body ? 200 : 404, {
        'content-type': types[path.split('.').at(-1)!] ?? 'application/octet-stream',
      });
      response.end(body);
    });
    await mkdir(join(project, 'page'));
    await writeFile(
      join(project, 'page', 'index.html'),
      `<script type="importmap">{ "imports": {
           "@heartllm/ecg-io": "/node_modules/@heartllm/ecg-io/dist/index.js",
           "@heartllm/source": "/node_modules/@heartllm/source/dist/index.js"
         } }</script>
       <script type="module">
         import { blobSource, httpSource, readRecord } from '@heartllm/ecg-io';
         const names = ['00001_hr.hea', '00001_hr.dat'];
         const files = await Promise.all(names.map(async (name) => new File([await (await fetch('/record/' + name)).blob()], name)));
         const first = async (source) => Array.from((await readRecord(source, '00001_hr')).signal[1].slice(0, 3));
         const results = [await first(blobSource(files)), await first(httpSource(location.origin + '/record/'))];
         document.title = JSON.stringify(results);
       </script>`,
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { chromium: playwright } = await import('playwright');
    const browser = await playwright.launch({ executablePath: chromium, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page/index.html`);
      await page.waitForFunction('document.title !== ""', undefined, { timeout: 20_000 });
      const expected = await firstOfLeadII();
      expect(JSON.parse(await page.title())).toEqual([expected, expected]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});

/** Format 16, interleaved, 1000 units per mV: by hand, from the file. */
async function firstOfLeadII(): Promise<number[]> {
  const bytes = await readFile(join(record, '00001_hr.dat'));
  return [0, 1, 2].map((frame) => Math.fround(bytes.readInt16LE((frame * 12 + 1) * 2) / 1000));
}
