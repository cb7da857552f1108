/**
 * Recipes: all settings of the three stages as data. Nothing here imports TensorFlow.js.
 *
 * ```ts
 * import { parseRecipe } from '@heartllm/training/recipe';
 *
 * const recipe = parseRecipe('{ "schemaVersion": 1, "name": "mine", "about": "", "tokenizer": { "epochs": 9 }, "finetune": {} }');
 * console.log(recipe.tokenizer.epochs, recipe.tokenizer.batchSize, recipe.pretrain); // 9 200 undefined
 * ```
 */

import type { Source } from '@heartllm/safetensors';
import { parseJson } from '@heartllm/source';
import {
  type FinetuneRecipe,
  finetuneSettings,
  llmSettings,
  type NewLlmRecipe,
  type PretrainRecipe,
  pretrainSettings,
  type TokenizerRecipe,
  tokenizerSettings,
} from './recipe-settings.ts';
import { RecipeError, readObject, readSettings } from './settings.ts';

export {
  type FinetuneRecipe,
  finetuneSettings,
  llmSettings,
  type NewLlmRecipe,
  type PretrainRecipe,
  pretrainSettings,
  type TokenizerRecipe,
  tokenizerSettings,
} from './recipe-settings.ts';
export { RecipeError, readSettings, type Setting, type Settings, type ValuesOf } from './settings.ts';

/** The language model to begin with: a new one, or the name of a published one that is on disk. */
export type LlmRecipe =
  | NewLlmRecipe
  | {
      /** The published model's name, 'Llama-3.2-3B'; whoever follows the recipe says where its folder is. */
      base: string;
    };

/** How a model is trained from raw recordings, every setting with its value. */
export interface Recipe {
  /** Version of this format, 1. */
  schemaVersion: 1;
  /** What errors call it. */
  name: string;
  /** What it makes, for people. */
  about: string;
  /** Stage 1. */
  tokenizer: TokenizerRecipe;
  /** What stage 2, or without it stage 3, begins with; a new one of the default sizes where a recipe says nothing. */
  llm: LlmRecipe;
  /** Stage 2; absent: without it. */
  pretrain?: PretrainRecipe;
  /** Stage 3. */
  finetune: FinetuneRecipe;
}

const FIELDS = ['schemaVersion', 'name', 'about', 'tokenizer', 'llm', 'pretrain', 'finetune'];

/**
 * Reads a recipe; a setting that it does not name has its default, the published value.
 *
 * @param text JSON
 * @param file names the recipe in errors until its own name is known
 * @throws RecipeError for what is not JSON, another schema version, an unknown field, a wrong type or range
 */
export function parseRecipe(text: string, file = 'recipe'): Recipe {
  const fields = readObject(parseJson(text, file), file);
  if (fields.schemaVersion !== 1) {
    throw new RecipeError(`${file}: schemaVersion: expected 1, found ${JSON.stringify(fields.schemaVersion)}`);
  }
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown) throw new RecipeError(`${file}: ${unknown}: no such field, expected ${FIELDS.join(', ')}`);
  const [name, about] = [readText(fields, 'name', file), readText(fields, 'about', file)];
  const at = (stage: string) => `recipe ${name}: ${stage}`;
  return {
    schemaVersion: 1,
    name,
    about,
    tokenizer: readSettings(tokenizerSettings, fields.tokenizer, at('tokenizer')),
    llm: readLlm(fields.llm ?? {}, at('llm')),
    ...(fields.pretrain !== undefined && {
      pretrain: readSettings(pretrainSettings, fields.pretrain, at('pretrain')),
    }),
    finetune: readSettings(finetuneSettings, fields.finetune, at('finetune')),
  };
}

/** Reads a recipe's file; errors as {@link parseRecipe}, and whatever the source throws for a missing file. */
export async function readRecipe(source: Source, path: string): Promise<Recipe> {
  return parseRecipe(new TextDecoder().decode(await source.read(path)), path);
}

function readLlm(value: unknown, where: string): LlmRecipe {
  const fields = readObject(value, where);
  if (fields.base === undefined) return readSettings(llmSettings, fields, where);
  const other = Object.keys(fields).find((name) => name !== 'base');
  if (other) throw new RecipeError(`${where}.${other}: expected nothing beside base, whose sizes are its own`);
  return { base: readText(fields, 'base', where) };
}

function readText(fields: Record<string, unknown>, name: string, where: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new RecipeError(`${where}: ${name}: expected a text, found ${JSON.stringify(value) ?? 'nothing'}`);
}
