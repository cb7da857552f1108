import { readFile } from 'node:fs/promises';
import { jsonObject, parseJson, writeFileAtomic } from '@heartllm/source';
import { EvaluationError } from './error.ts';

/** All that decides what comes out; a run that differs in any of it must not go on with the file. */
export type RunSettings = Record<string, string | number | null>;

/**
 * Holds the settings of a run against those in `FILE.settings.json`, beside the file of results that it is to go on with; writes them
 * where there are none yet.
 *
 * @param hasResults whether the file of results holds any
 * @throws EvaluationError naming the file and the setting that differs
 */
export async function checkSettings(path: string, settings: RunSettings, hasResults: boolean): Promise<void> {
  const beside = `${path}.settings.json`;
  const text = await readIfThere(beside);
  if (text === undefined) {
    if (hasResults) throw new EvaluationError(`${path}: exists, but cannot be continued without ${beside}`);
    await writeFileAtomic(beside, `${JSON.stringify(settings, null, 2)}\n`);
    return;
  }
  const before = jsonObject(parseJson(text, beside), beside) as RunSettings;
  for (const name of new Set([...Object.keys(settings), ...Object.keys(before)])) {
    if (before[name] === settings[name]) continue;
    throw new EvaluationError(
      `${path}: made with ${name} ${before[name] ?? 'unknown'}, now it is ${settings[name] ?? 'unknown'}; name another --out`,
    );
  }
}

/** The file's text; undefined where there is none. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
