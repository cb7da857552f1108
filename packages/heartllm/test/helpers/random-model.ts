import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Generator, useBackend } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig, type TokenizerConfig } from '@heartllm/lead-encoder';
import { baseTensors, configJson, Llama } from '@heartllm/lora-llm';
import { writeSafetensors } from '@heartllm/safetensors';
import { EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
import type { ModelManifest } from '../../src/index.ts';

/** The published encoder with a narrow decoder, to be quick. */
export const smallTokenizer: TokenizerConfig = { ...publishedConfig, decoder: { channels: 8, depth: 1 } };

/** Writes a whole model folder with random weights: it knows nothing, but every part of it is real. */
export async function writeRandomModel(folder: string, seed: number, changes: Partial<ModelManifest> = {}) {
  await useBackend('cpu');
  await mkdir(join(folder, 'ecg-tokenizer'), { recursive: true });
  await mkdir(join(folder, 'llm'), { recursive: true });

  const network = LeadAutoencoder.create(smallTokenizer, new Generator(seed));
  await writeSafetensors(join(folder, 'ecg-tokenizer', 'model.safetensors'), await network.tensors());
  await writeJson(join(folder, 'ecg-tokenizer', 'config.json'), smallTokenizer);
  network.dispose();

  const vocabulary = new EcgVocabulary(trainBpe(['sinus rhythm. normal ecg. yes no'], { vocabSize: 258 }));
  const llama = Llama.create(
    {
      vocabSize: vocabulary.size,
      hiddenSize: 16,
      intermediateSize: 16,
      numHiddenLayers: 1,
      numAttentionHeads: 2,
      tieWordEmbeddings: true,
      initializerRange: 0.3,
      bosTokenId: vocabulary.bosId,
      eosTokenIds: [vocabulary.eosId],
      padTokenId: vocabulary.padId,
    },
    seed,
  );
  await writeSafetensors(join(folder, 'llm', 'model.safetensors'), await baseTensors(llama));
  await writeJson(join(folder, 'llm', 'config.json'), configJson(llama.config));
  await writeJson(join(folder, 'llm', 'tokenizer.json'), vocabulary.tokenizerJson);
  llama.dispose();

  const manifest: ModelManifest = {
    schemaVersion: 1,
    name: 'random',
    description: 'Random weights for tests.',
    samplingRate: 500,
    leads: smallTokenizer.leads,
    license: 'MIT',
    training: 'Not trained at all.',
    contents: { ecgTokenizer: 'ecg-tokenizer', llm: 'llm' },
    ...changes,
  };
  await writeJson(join(folder, 'heartllm.json'), manifest);
}

function writeJson(path: string, value: object): Promise<void> {
  return writeFile(path, JSON.stringify(value));
}
