import { Generator, useBackend } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig } from '@heartllm/lead-encoder';
import * as tf from '@tensorflow/tfjs-core';

export async function use({ wasmPaths }) {
  await useBackend('wasm', { wasmPaths });
  const config = { ...publishedConfig, decoder: { channels: 16, depth: 1 } };
  const network = LeadAutoencoder.create(config, new Generator(0));
  const points = network.encode(tf.ones([1, 12, 5000]));
  return `${points.shape} ${network.decode(tf.sigmoid(points)).shape}`;
}
