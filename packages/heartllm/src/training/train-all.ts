import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FileError, jsonObject, parseJson, show, writeFileAtomic } from '@heartllm/source';

import { parseRecipe, previousCheckpoint, type Recipe } from '@heartllm/training';
import { settleFiles } from '../files/leftovers.ts';
import { checkReplaceable, FolderExistsError } from '../files/write-folder.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type DataDescription, describeData } from './describe-data.ts';
import { checkpointPath } from './run-checkpoint.ts';
import { logPath } from './run-log.ts';
import type { RunPlace } from './run-place.ts';
import { type LanguageResult, type LanguageStage, trainLanguage } from './train-language.ts';
import { type TokenizerResult, trainTokenizer } from './train-tokenizer.ts';

/** All stages of a recipe. */
export interface WholeRun extends RunPlace {
  recipe: Recipe;
  /** Folder of the Hugging Face Llama that the recipe begins with, if it does. */
  base?: string;
}

type Stage = 'tokenizer' | 'pretrain' | 'finetune';

/** How the stages went; those that were finished before are not among them. */
export type WholeResult = { reason: TokenizerResult['reason'] } & {
  stages: { tokenizer?: TokenizerResult; pretrain?: LanguageResult; finetune?: LanguageResult };
};

/** What is kept of a run beside its stages, so that it can be gone on with. */
interface Journal {
  recipe: Recipe;
  data: DataDescription;
  finished: Stage[];
}

/** Where the stages before the last lie. */
export const stagesPath = (out: string): string => `${out.replace(/\/+$/, '')}.stages`;

/**
 * Trains a model by a recipe, from raw recordings to a whole model folder: the tokenizer, forecasting, questions and
 * reports. The stages before the last are written into `OUT.stages`; a resumed run leaves out those that are finished.
 *
 * The model folder also holds what it was made by, in `training/`: the recipe, every stage's log, and which records of
 * which tables were used.
 *
 * @throws FolderExistsError when the model folder or its stages are there already, unless `force` or `resume` is given;
 *   Error when a run of another recipe would be gone on with
 */
export async function trainAll(run: WholeRun, terminal: Terminal): Promise<WholeResult> {
  const { recipe, out, base, data, signal } = run;
  if ('base' in recipe.llm && !base) {
    throw new Error(`recipe ${recipe.name} begins with ${recipe.llm.base}, whose folder is not given: --llm DIR`);
  }
  const folder = stagesPath(out);
  await settleFiles(folder);
  const journal = (await resumeJournal(run, folder)) ?? (await beginJournal(run, folder));
  const at = (stage: Stage) => (stage === 'finetune' ? out : join(folder, stage));
  const result: WholeResult = { reason: 'finished', stages: {} };
  /** Whether the next stage may begin. */
  const finish = async (stage: Stage, { reason }: TokenizerResult | LanguageResult): Promise<boolean> => {
    result.reason = reason;
    if (reason === 'stopped') return false;
    journal.finished.push(stage);
    await writeJournal(folder, journal);
    return true;
  };
  const place = (stage: Stage) => ({ data, out: at(stage), force: true, resume: true, signal });
  const codes = join(folder, 'codes.safetensors'); // of both stages, where their seeds and views are the same
  const language = (stage: LanguageStage, model: string) =>
    trainLanguage({ ...place(stage.stage), ...stage, model, llm: recipe.llm, base, codes }, terminal);

  if (!journal.finished.includes('tokenizer')) {
    result.stages.tokenizer = await trainTokenizer({ ...place('tokenizer'), recipe: recipe.tokenizer }, terminal);
    if (!(await finish('tokenizer', result.stages.tokenizer))) return result;
  }
  if (recipe.pretrain && !journal.finished.includes('pretrain')) {
    result.stages.pretrain = await language({ stage: 'pretrain', recipe: recipe.pretrain }, at('tokenizer'));
    if (!(await finish('pretrain', result.stages.pretrain))) return result;
  }
  if (!journal.finished.includes('finetune')) {
    const from = at(recipe.pretrain ? 'pretrain' : 'tokenizer');
    result.stages.finetune = await language({ stage: 'finetune', recipe: recipe.finetune }, from);
    if (!(await finish('finetune', result.stages.finetune))) return result;
  }
  await writeOrigin(out, journal, at);
  return result;
}

/** training/ in the model folder. */
async function writeOrigin(out: string, { recipe, data, finished }: Journal, at: (stage: Stage) => string) {
  const folder = join(out, 'training');
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, 'recipe.json'), json(recipe));
  await writeFileAtomic(join(folder, 'data.json'), `${JSON.stringify(data)}\n`);
  for (const stage of finished) await cp(logPath(at(stage)), join(folder, `${stage}.log.jsonl`));
}

/** The journal of the run that is to be gone on with; undefined where there is none. */
async function resumeJournal({ recipe, out, data, force, resume }: WholeRun, folder: string) {
  const path = journalPath(folder);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  if (!resume) {
    if (force) return undefined;
    throw new FolderExistsError(`${folder} is there; --resume goes on with it, --force begins again`);
  }
  await checkReplaceable(out, true);
  const journal = readJournal(text, path);
  checkSame(path, parseRecipe(JSON.stringify(journal.recipe), path), recipe);
  if (!isDeepStrictEqual(journal.data, await describeData(data))) {
    throw new Error(`${path}: is of another run: the tables or the recordings in ${data} are not those it began with`);
  }
  return journal;
}

/** @throws FileError naming the field that is wrong */
function readJournal(text: string, path: string): Journal {
  const { recipe, data, finished } = jsonObject(parseJson(text, path), path);
  if (!Array.isArray(finished)) {
    throw new FileError({ file: path, field: 'finished' }, { expected: 'a list of stages', found: show(finished) });
  }
  jsonObject(recipe, path, 'recipe');
  jsonObject(data, path, 'data');
  return { recipe, data, finished } as Journal;
}

/** Begins a run; what is left of an older one goes. */
async function beginJournal({ recipe, out, data, force }: WholeRun, folder: string): Promise<Journal> {
  await checkReplaceable(out, force);
  const journal: Journal = { recipe, data: await describeData(data), finished: [] };
  for (const old of [folder, checkpointPath(out), previousCheckpoint(checkpointPath(out))]) {
    await rm(old, { recursive: true, force: true });
  }
  await mkdir(folder, { recursive: true });
  await writeJournal(folder, journal);
  return journal;
}

/** @throws Error naming the first setting that is another */
function checkSame(path: string, found: Recipe, wanted: Recipe): void {
  if (isDeepStrictEqual(found, wanted)) return;
  for (const stage of ['tokenizer', 'llm', 'pretrain', 'finetune'] as const) {
    const [before, now] = [found, wanted].map((recipe) => (recipe[stage] ?? {}) as Record<string, unknown>);
    for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
      if (isDeepStrictEqual(before[name], now[name])) continue;
      const [expected, was] = [now[name], before[name]].map((value) => JSON.stringify(value) ?? 'none');
      throw new Error(`${path}: is of another recipe, ${stage}.${name}: expected ${expected}, found ${was}`);
    }
  }
}

const journalPath = (folder: string) => join(folder, 'run.json');
const writeJournal = (folder: string, journal: Journal) => writeFileAtomic(journalPath(folder), json(journal));
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
