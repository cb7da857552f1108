import { configJson, type Llama, LlamaError, loadLlama, parseConfig } from '@heartllm/lora-llm';
import { memorySource } from '@heartllm/source';
import { expectAllClose } from '@heartllm/testing';
import { useTestBackend } from '@heartllm/testing/backends';
import { beforeAll, describe, expect, test } from 'vitest';
import { json, llamaFolder, type Seeded } from './folders.ts';
import { readJson } from './golden.ts';

interface Stored {
  name: string;
  config: Record<string, unknown>;
  tensors: Record<string, Seeded>;
  short: number[];
}

interface Case {
  name: string;
  config: Record<string, unknown>;
  generation: object | null;
  short: number[];
  long: number[];
  eos: number | number[] | null;
  pad: number | null;
}

const { ids, tensors, cases, stored } = await readJson<{
  ids: { short: number[]; long: number[] };
  tensors: Record<string, Seeded>;
  cases: Case[];
  stored: Stored[];
}>('transformers.json');

beforeAll(async () => {
  await useTestBackend('cpu');
});

/** The first of the logits after the last id, of which the fixture holds as many. */
async function last(llama: Llama, tokens: number[], count: number): Promise<number[]> {
  const logits = llama.logits([tokens]);
  const [rows] = (await logits.array()) as number[][][];
  logits.dispose();
  return rows.at(-1)?.slice(0, count) ?? [];
}

describe('config.json as transformers 5.18 reads it', () => {
  test.each(cases)('$name', async ({ config, generation, short, long, eos, pad }) => {
    const files = {
      ...llamaFolder('llm', config, tensors),
      ...(generation && { 'llm/generation_config.json': json(generation) }),
    };
    const llama = await loadLlama(memorySource(files), { folder: 'llm' });
    expectAllClose(await last(llama, ids.short, short.length), short, 1e-4);
    llama.maxLength = ids.long.length;
    expectAllClose(await last(llama, ids.long, long.length), long, 1e-4);
    expect(llama.config.eosTokenIds).toEqual([eos ?? []].flat());
    expect(llama.config.padTokenId).toBe(pad);
    // what is written says the same, in the spelling of today and in that of before
    const { rope_parameters, ...before } = configJson(llama.config);
    for (const written of [configJson(llama.config), before]) expect(parseConfig(written)).toEqual(llama.config);
    llama.dispose();
  });

  test('the tokens of a long text turn as they would without those before them, by which a text may begin alike', async () => {
    const dynamic = cases.find(({ name }) => name === 'dynamic') as Case;
    const llama = await loadLlama(memorySource(llamaFolder('llm', dynamic.config, tensors)), { folder: 'llm' });
    llama.maxLength = ids.long.length;
    const rows = [ids.long, [...ids.long.slice(0, -1), 4]];
    const label = ids.long.slice(0, -1).map(() => -100);
    const together = llama.logProbabilities({
      inputIds: rows,
      labels: rows.map((row) => [...label, row.at(-1) as number]),
    });
    const alone = llama.logProbabilities({ inputIds: [ids.long], labels: [[...label, ids.long.at(-1) as number]] });
    expectAllClose([(await together.data())[0]], await alone.data(), 1e-5);
    llama.dispose();
  });
});

describe('weights as transformers 5.18 finds them', () => {
  test.each(stored)('$name', async ({ config, tensors: names, short }) => {
    const llama = await loadLlama(memorySource(llamaFolder('llm', config, names)), { folder: 'llm' });
    expectAllClose(await last(llama, ids.short, short.length), short, 1e-4);
    expect(llama.parameters.has('lm_head.weight')).toBe(!llama.config.tieWordEmbeddings);
    llama.dispose();
  });

  test.each(['module.', '_orig_mod.', 'module._orig_mod.'])('names of a model within %s', async (wrapper) => {
    const { config, short } = cases.find(({ name }) => name === 'pretraining_tp') as Case;
    const wrapped = Object.fromEntries(Object.entries(tensors).map(([name, seeded]) => [`${wrapper}${name}`, seeded]));
    const llama = await loadLlama(memorySource(llamaFolder('llm', config, wrapped)), { folder: 'llm' });
    expectAllClose(await last(llama, ids.short, short.length), short, 1e-4);
    llama.dispose();
  });

  test('two tensors of one name are refused', async () => {
    const twice = { ...tensors, 'module.lm_head.weight': tensors['lm_head.weight'] };
    const loading = loadLlama(memorySource(llamaFolder('llm', cases[0].config, twice)), { folder: 'llm' });
    await expect(loading).rejects.toThrow(
      'llm/model.safetensors, module.lm_head.weight: expected one tensor for lm_head.weight, found lm_head.weight beside it',
    );
  });
});

describe('more tokens than max_position_embeddings', () => {
  const message = (tokens: string) =>
    `inputIds[0]: ${tokens}, expected at most 6 (max_position_embeddings); a higher maxLength allows more`;

  test('are an error, with padding left out, unless maxLength is raised', async () => {
    const config = { ...cases[0].config, max_position_embeddings: 6 };
    const llama = await loadLlama(memorySource(llamaFolder('llm', config, tensors)), { folder: 'llm' });
    const seven = [[1, 5, 7, 9, 11, 3, 4]];
    const mask = [[0, 1, 1, 1, 1, 1, 1]];
    const labels = [[-100, -100, 7, -100, -100, -100, -100]];
    expect(() => llama.logits(seven)).toThrow(new LlamaError(message('7 tokens')));
    expect(() => llama.loss({ inputIds: seven, labels })).toThrow(message('7 tokens'));
    expect(() => llama.logProbabilities({ inputIds: seven, labels })).toThrow(message('7 tokens'));
    expect(() => llama.attentions(seven[0])).toThrow(message('7 tokens'));
    await expect(llama.generate(seven, { maxNewTokens: 0 })).rejects.toThrow(message('7 tokens'));
    await expect(llama.generate([[1, 5, 7]], { maxNewTokens: 4 })).rejects.toThrow(message('3 tokens and 4 to come'));
    await expect(llama.stream([1, 5, 7], { maxNewTokens: 4 }).next()).rejects.toThrow('3 tokens and 4 to come');
    llama.logits(seven, mask).dispose();
    expect((await llama.generate([[1, 5, 7]], { maxNewTokens: 3, eosTokenId: [] }))[0]).toHaveLength(6);
    llama.maxLength = 7;
    llama.logits(seven).dispose();
    llama.dispose();
  });
});
