import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomModel } from './random-model.ts';

/**
 * Writes a whole model folder with random weights; needs an active backend.
 *
 * It repeats the last word of a prompt, mostly. That a colon ends the text spares the tests two hundred more of them.
 */
export async function writeRandomModel(
  folder: string,
  seed: number,
  options?: Parameters<typeof randomModel>[1],
): Promise<string> {
  for (const [path, bytes] of Object.entries(await randomModel(seed, options))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  await writeFile(join(folder, 'llm', 'tokenizer_config.json'), JSON.stringify({ eos_token: ':' }));
  return folder;
}
