import type { Source } from '@heartllm/safetensors';
import { testFiles } from '@heartllm/testing';

/** What transformers and peft computed; see fixtures/README.md. */
export interface Golden {
  prompts: { ids: number[]; logits_last: number[]; logits_first16_every_position: number[][]; greedy_ids: number[] }[];
  left_padded: {
    input_ids: number[][];
    attention_mask: number[][];
    logits_last_first64: number[][];
    greedy_ids: number[][];
  };
  loss_last6: { labels: number[][]; loss: number };
  lora_logits_last_first64: number[][];
  lora_greedy_ids: number[][];
  lora_grad_norm: Record<string, number>;
  lora_adam_losses: number[];
}

const files = testFiles(import.meta.url, './fixtures/');
const held = new Map<string, Promise<Uint8Array>>();

function whole(path: string): Promise<Uint8Array> {
  const file = held.get(path) ?? files.read(path);
  held.set(path, file);
  return file;
}

/** The fixtures, each file fetched once: a browser would fetch all of a model again for every tensor. */
export const fixtures: Source = {
  read: async (path, start, end) => (await whole(path)).slice(start, end),
  size: async (path) => (await whole(path)).length,
};

export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await fixtures.read(path))) as T;
}

export const golden = await readJson<Golden>('golden.json');
