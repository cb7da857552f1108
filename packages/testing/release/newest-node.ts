import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/**
 * The newest Node that npm has for this machine, kept in the user's cache folder.
 *
 * @throws Error where the registry cannot be asked or has none for this machine
 */
export async function newestNode(): Promise<{ version: string; program: string }> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  const version = (await run('npm', ['view', `${name}@latest`, 'version', '--prefer-offline'], '.')).trim();
  const folder = join(cache, 'heartllm', `node-${version}`);
  const program = join(folder, 'node_modules', name, 'bin', system === 'win' ? 'node.exe' : 'node');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', ['install', `${name}@${version}`, ...quiet], folder);
  }
  return { version: (await run(program, ['--version'], '.')).trim(), program };
}
