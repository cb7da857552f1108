import { Generator } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig, type TokenizerConfig } from '@heartllm/lead-encoder';
import { baseTensors, configJson, Llama } from '@heartllm/lora-llm';
import { encodeSafetensors } from '@heartllm/safetensors';
import { EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
import type { ModelManifest } from '../../src/index.ts';

/** The published architecture, narrow to be quick. */
export const narrowTokenizer: TokenizerConfig = {
  ...publishedConfig,
  encoder: { ...publishedConfig.encoder, channels: 4, groups: 4 },
  decoder: { channels: 4, depth: 1 },
};

/**
 * The files of a whole model folder with random weights: it knows nothing, but every part of it is real.
 * Needs an active backend.
 */
export async function randomModel(seed: number): Promise<Record<string, Uint8Array>> {
  const network = LeadAutoencoder.create(narrowTokenizer, new Generator(seed));
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
  const manifest: ModelManifest = {
    schemaVersion: 1,
    name: 'random',
    description: 'Random weights for tests.',
    samplingRate: 500,
    leads: narrowTokenizer.leads,
    license: 'MIT',
    training: 'Not trained at all.',
    contents: { ecgTokenizer: 'ecg-tokenizer', llm: 'llm' },
  };
  const files = {
    'heartllm.json': json(manifest),
    'ecg-tokenizer/config.json': json(narrowTokenizer),
    'ecg-tokenizer/model.safetensors': encodeSafetensors(await network.tensors()),
    'llm/config.json': json(configJson(llama.config)),
    'llm/tokenizer.json': json(vocabulary.tokenizerJson),
    'llm/model.safetensors': encodeSafetensors(await baseTensors(llama)),
  };
  network.dispose();
  llama.dispose();
  return files;
}

function json(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
