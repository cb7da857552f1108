import { basename, dirname } from 'node:path';
import { exists } from '@heartllm/source';
import { folderSource } from '@heartllm/source/node';
import { type CheckpointOptions, previousCheckpoint, type RunSettings, type Schedule } from '@heartllm/training';
import type { Settings } from '@heartllm/training/recipe';

/** Where the checkpoint of the run that writes the folder `out` lies: beside it. */
export const checkpointPath = (out: string): string => `${out.replace(/\/+$/, '')}.checkpoint.safetensors`;

/** Whether there is one to resume from, or the one before it. @throws what is wrong with one that cannot be looked at */
export async function hasCheckpoint(out: string): Promise<boolean> {
  const path = checkpointPath(out);
  const source = folderSource(dirname(path));
  return (await exists(source, basename(path))) || exists(source, basename(previousCheckpoint(path)));
}

/** @param settings of the run; one with others does not go on from its checkpoint */
export function runCheckpoint(out: string, every: number, resume: boolean, settings: RunSettings): CheckpointOptions {
  const path = checkpointPath(out);
  return { path, source: folderSource(dirname(path)), sourcePath: basename(path), every, resume, settings };
}

/**
 * What of a recipe a run must go on with: all but when it is judged and, without a schedule, how long it is, so that it may
 * be made longer. Defaults are left out: a setting that comes in a later version changes nothing of a run before it.
 *
 * @param settings of the stage
 */
export function runSettings(
  recipe: Record<string, unknown> & { schedule: Schedule },
  settings: Settings,
  others: RunSettings,
): RunSettings {
  const free = ['every', 'patience', ...(recipe.schedule === 'constant' ? ['epochs', 'maxSteps'] : [])];
  const kept = Object.entries(recipe)
    .map(([name, value]): [string, string] => [name, String(value)])
    .filter(([name, value]) => !free.includes(name) && value !== String(settings[name]?.default));
  return { ...Object.fromEntries(kept), ...others };
}
