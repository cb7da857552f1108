import { Generator, useBackend } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig } from '@heartllm/lead-encoder';
import { parseRecipe, tokenizerTask, train } from '@heartllm/training';

export async function use({ wasmPaths }) {
  await useBackend('wasm', { wasmPaths });
  const { tokenizer: settings } = parseRecipe(`{
    "schemaVersion": 1, "name": "mine", "about": "For this test.",
    "tokenizer": { "decoderChannels": 16, "batchSize": 2, "epochs": 2, "crop": 624 },
    "finetune": {}
  }`);
  const config = { ...publishedConfig, decoder: { channels: settings.decoderChannels, depth: 1 } };
  const network = LeadAutoencoder.create(config, new Generator(settings.seed));
  const signal = async (i) =>
    config.leads.map((_, lead) => Float32Array.from({ length: 5000 }, (_, t) => ((t * (i + lead + 1)) % 97) / 97));
  const losses = [];
  for await (const event of train(tokenizerTask({ ...settings, network, train: { length: 2, signal } }), settings)) {
    if (event.type === 'step') losses.push(event.loss.toFixed(2));
  }
  return `losses ${losses.join(' ')}`;
}
