import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { parseRecipe, RecipeError, readRecipe } from '../src/recipe.ts';

const recipes = testFiles(import.meta.url, '../recipes/');
const smallest = { schemaVersion: 1, name: 'small', about: '', tokenizer: {}, finetune: {} };
const parse = (changes: object) => parseRecipe(JSON.stringify({ ...smallest, ...changes }));

describe('the recipes of this package', () => {
  test('heartllm-3b is the published one: every setting has its default, but for the validation of what it validates', async () => {
    const { tokenizer, pretrain, finetune, llm } = await readRecipe(recipes, 'heartllm-3b.json');
    const published = parse({ pretrain: {} });
    expect(tokenizer).toEqual({ ...published.tokenizer, validate: 3000 });
    expect(pretrain).toEqual({ ...published.pretrain, validate: 0 });
    expect(finetune).toEqual({ ...published.finetune, validate: 0 });
    expect(llm).toEqual({ base: 'Llama-3.2-3B' });
    expect(tokenizer).toMatchObject({
      lr: 2e-3,
      batchSize: 200,
      epochs: 5,
      every: 500,
      patience: 3,
      levels: [6, 6, 6, 6],
    });
    expect(pretrain).toMatchObject({ lr: 1e-4, batchSize: 4, epochs: 1, loraR: 64, loraAlpha: 16, loraDropout: 0.05 });
    expect(finetune).toMatchObject({ lr: 1e-4, batchSize: 10, epochs: 1, train: 'lora' });
  });

  test('nano has all three stages and a language model of its own', async () => {
    const { name, tokenizer, pretrain, finetune, llm } = await readRecipe(recipes, 'nano.json');
    expect(name).toBe('nano');
    expect([tokenizer, pretrain, finetune]).not.toContain(undefined);
    expect(llm).toHaveProperty('hiddenSize');
  });
});

describe('parseRecipe', () => {
  test('what is not named has its default; without pretrain there is no stage 2', () => {
    const recipe = parse({ tokenizer: { epochs: 7, causal: true, levels: [8, 5] } });
    expect(recipe.tokenizer).toMatchObject({ epochs: 7, causal: true, levels: [8, 5], batchSize: 200 });
    expect(recipe).not.toHaveProperty('pretrain');
    expect(recipe.llm).toMatchObject({ hiddenSize: 128, textWords: 1000 });
  });

  test('a recipe as it was used reads as itself', () => {
    const recipe = parse({ pretrain: { lr: 0.5 }, llm: { base: 'Llama' } });
    expect(parseRecipe(JSON.stringify(recipe))).toEqual(recipe);
  });

  test.each<[object, string]>([
    [{ schemaVersion: 2 }, 'recipe: schemaVersion: expected 1, found 2'],
    [{ name: 3 }, 'recipe: name: expected a text, found 3'],
    [{ about: undefined }, 'recipe: about: expected a text, found nothing'],
    [{ stage4: {} }, 'recipe: stage4: no such field, expected schemaVersion, name,'],
    [{ tokenizer: [] }, 'recipe small: tokenizer: expected an object, found []'],
    [{ finetune: undefined }, 'recipe small: finetune: expected an object, found nothing'],
    [{ tokenizer: { epoch: 1 } }, 'recipe small: tokenizer.epoch: no such field, expected epochs,'],
    [{ tokenizer: { epochs: 0 } }, 'recipe small: tokenizer.epochs: expected a whole number from 1, found 0'],
    [{ tokenizer: { epochs: 1.5 } }, 'tokenizer.epochs: expected a whole number from 1, found 1.5'],
    [{ tokenizer: { crop: 100 } }, 'tokenizer.crop: expected a whole number from 0, a multiple of 16, found 100'],
    ...[4, 12].map((decoderChannels): [object, string] => [
      { tokenizer: { decoderChannels } },
      `tokenizer.decoderChannels: expected a whole number from 8, a multiple of 8, found ${decoderChannels}`,
    ]),
    [{ tokenizer: { lr: '2e-3' } }, 'tokenizer.lr: expected a number above 0, found "2e-3"'],
    [{ tokenizer: { spread: -1 } }, 'tokenizer.spread: expected a number from 0, found -1'],
    [{ tokenizer: { causal: 1 } }, 'tokenizer.causal: expected true or false, found 1'],
    [{ tokenizer: { bound: 'relu' } }, 'tokenizer.bound: expected one of sigmoid, tanh, found "relu"'],
    [{ tokenizer: { levels: [6, 1] } }, 'tokenizer.levels: expected a list of whole numbers from 2, found [6,1]'],
    [
      { pretrain: { loraDropout: 1 } },
      'recipe small: pretrain.loraDropout: expected a number from 0, below 1, found 1',
    ],
    [{ llm: { base: 1 } }, 'recipe small: llm: base: expected a text, found 1'],
    [{ llm: { base: 'x', hiddenSize: 1 } }, 'recipe small: llm.hiddenSize: expected nothing beside base'],
  ])('%j is refused: %s', (changes, message) => {
    expect(() => parse(changes)).toThrow(RecipeError);
    expect(() => parse(changes)).toThrow(message);
  });

  test('what is not JSON is refused by the name of the file', () => {
    expect(() => parseRecipe('{', 'mine.json')).toThrow('mine.json line 1, column 2: expected JSON');
  });
});
