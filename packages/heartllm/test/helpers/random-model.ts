import { Generator } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig, type TokenizerConfig } from '@heartllm/lead-encoder';
import { baseTensors, configJson, Llama, projectorConfigJson, projectorTensors } from '@heartllm/lora-llm';
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
 *
 * @param options.continuous without discretization: it takes the points that codes are rounded from
 */
export async function randomModel(
  seed: number,
  { continuous = false }: { continuous?: boolean } = {},
): Promise<Record<string, Uint8Array>> {
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
      initializerRange: continuous ? 1 : 0.3, // so that rounding changes what it writes
      bosTokenId: vocabulary.bosId,
      eosTokenIds: [vocabulary.eosId],
      padTokenId: vocabulary.padId,
    },
    seed,
  );
  if (continuous) {
    const { levels } = narrowTokenizer;
    const count = levels.reduce((product, level) => product * level);
    llama.addProjector({ firstId: vocabulary.firstCodeId, count, width: levels.length }, seed);
  }
  const manifest: ModelManifest = {
    schemaVersion: 1,
    name: 'random',
    description: 'Random weights for tests.',
    samplingRate: 500,
    leads: narrowTokenizer.leads,
    license: 'MIT',
    training: 'Not trained at all.',
    contents: { ecgTokenizer: 'ecg-tokenizer', llm: 'llm', ...(continuous && { projector: 'projector' }) },
  };
  const files = {
    'heartllm.json': json(manifest),
    'ecg-tokenizer/config.json': json(narrowTokenizer),
    'ecg-tokenizer/model.safetensors': encodeSafetensors(await network.tensors()),
    'llm/config.json': json(configJson(llama.config)),
    'llm/tokenizer.json': json(vocabulary.tokenizerJson),
    'llm/model.safetensors': encodeSafetensors(await baseTensors(llama)),
    ...(llama.projector && {
      'projector/config.json': json(projectorConfigJson(llama.projector)),
      'projector/model.safetensors': encodeSafetensors(await projectorTensors(llama)),
    }),
  };
  network.dispose();
  llama.dispose();
  return files;
}

function json(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
