import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Removes what a killed run left half-written beside the folder `out`: temporary files of checkpoint, codes, log and report, and
 * temporary folders. A model folder that was about to be replaced takes its place again.
 */
export async function removeLeftovers(out: string): Promise<void> {
  const folder = dirname(resolve(out));
  const name = basename(resolve(out));
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const file = new RegExp(
    `^${escaped}\\.((checkpoint|codes)\\.safetensors|log\\.jsonl|report\\.html)\\.[0-9a-z-]+\\.tmp$`,
  );
  const temporary = new RegExp(`^\\.${escaped}\\.\\d+\\.(tmp|old)$`);
  for (const found of names) {
    if (!file.test(found) && !temporary.test(found)) continue;
    if (found.endsWith('.old') && !names.includes(name)) await rename(join(folder, found), join(folder, name));
    else await rm(join(folder, found), { recursive: true });
  }
}
