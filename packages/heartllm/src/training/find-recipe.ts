import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseRecipe, type Recipe, RecipeError } from '@heartllm/training/recipe';

/**
 * A recipe by the name of one that comes with @heartllm/training, or a file.
 *
 * @throws RecipeError for a name that there is not, naming those that there are; as `parseRecipe` for a wrong one
 */
export async function findRecipe(nameOrFile: string): Promise<Recipe> {
  if (/[./\\]/.test(nameOrFile)) return parseRecipe(await readFile(nameOrFile, 'utf8'), nameOrFile);
  const folder = join(dirname(fileURLToPath(import.meta.resolve('@heartllm/training/package.json'))), 'recipes');
  const files = (await readdir(folder)).sort();
  const file = `${nameOrFile}.json`;
  if (!files.includes(file)) {
    const names = files.map((name) => name.replace(/\.json$/, ''));
    throw new RecipeError(`recipe ${nameOrFile}: expected ${names.join(' or ')}, or a file that ends in .json`);
  }
  return parseRecipe(await readFile(join(folder, file), 'utf8'), nameOrFile);
}
