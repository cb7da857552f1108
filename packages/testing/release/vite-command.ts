import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Served } from './static-server.ts';

/** Without colours, which CI=true brings into the address that is waited for. */
const PLAIN = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
const PATIENCE = 60_000;

const command = (folder: string, vite: string) => join(folder, 'node_modules', vite, 'bin/vite.js');

/** `npx vite build`, of the vite that is installed in a project under this name. */
export async function viteBuild(folder: string, vite: string): Promise<void> {
  await run(process.execPath, [command(folder, vite), 'build', '--logLevel', 'error'], folder);
}

/** `npx vite`: the development server. */
export async function viteServe(folder: string, vite: string): Promise<Served> {
  const port = await freePort();
  const args = [command(folder, vite), '--host', '127.0.0.1', '--port', String(port), '--strictPort', '--force'];
  const server = spawn(process.execPath, args, { cwd: folder, env: PLAIN, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      printed += chunk;
      if (printed.includes(`:${port}`)) resolve();
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('close', (code) => reject(new Error(`vite ended with ${code}\n${printed}`)));
    const giveUp = () => {
      server.kill();
      reject(new Error(`vite does not say that it serves\n${printed}`));
    };
    setTimeout(giveUp, PATIENCE).unref();
  });
  return { origin: `http://127.0.0.1:${port}`, close: () => server.kill() };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
