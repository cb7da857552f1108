import { testFiles } from '@heartllm/testing';
import type { TokenizerJson } from '../src/index.ts';

/** A batch as PyTorch's side names it. */
interface GoldenBatch {
  input_ids: number[][];
  attention_mask: number[][];
  labels: number[][];
}

interface GoldenPrompts {
  codes: number[][];
  origin_vocab_text: number;
  ids: Record<string, number>;
  vocab_text: number;
  extended_vocab: number;
  qa: { question: string[]; answer: string[]; background: string[]; train: GoldenBatch; eval: GoldenBatch };
  report: { report: string[]; background: string[]; train: GoldenBatch };
  pretrain: { windows: number[]; steps: number[]; batch: GoldenBatch; starts_in_call_order: number[] };
}

interface GoldenBpe {
  texts: string[];
  vocab_size: number;
  vocab: Record<string, number>;
  merges: [string, string][];
  tiny_llama_ids: number[][];
}

const fixtures = testFiles(import.meta.url, './fixtures/');

async function json<T>(name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await fixtures.read(name)));
}

export const tinyLlama = await json<TokenizerJson>('tiny-llama-tokenizer.json');
export const prompts = await json<GoldenPrompts>('prompts.json');
export const bpe = await json<GoldenBpe>('bpe.json');
