import { type EcgRecord, readRecord } from '@heartllm/ecg-io';
import { openSafetensors, type Source } from '@heartllm/safetensors';
import { testFiles } from '@heartllm/testing';

export const fixtures: Source = testFiles(import.meta.url, '../fixtures/');

export async function json<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await fixtures.read(path)));
}

/** What the published tokenizer makes of a record. */
export interface PublishedGolden {
  record: string;
  /** Before the sigmoid, [313][4]. */
  code: number[][];
  indices: number[];
  /** Distance from the nearest rounding boundary, the least of the 4 dimensions [313]. */
  rounding_margin: number[];
  znorm_mean_mv: number[];
  znorm_std_mv: number[];
}

export async function publishedGoldens(): Promise<{ record: EcgRecord; golden: PublishedGolden }[]> {
  const { records } = await json<{ records: PublishedGolden[] }>('published/golden.json');
  return Promise.all(
    records.map(async (golden) => ({ golden, record: await readRecord(fixtures, `records/${golden.record}`) })),
  );
}

/** A narrow network in PyTorch, float64; see fixtures/tokenizer-small/make_golden.py. */
export interface SmallGolden {
  codes: number[][];
  loss: number;
  /** Of every parameter: the largest sum of magnitudes whose sum is a gradient, over the largest gradient. */
  cancellation: Record<string, number>;
  /** `x` [2, 12, 330], `points` [2, 21, 4], `decoded` [2, 12, 330], and the gradients, `grad.` + name. */
  tensor(name: string): Promise<{ shape: number[]; data: Float32Array }>;
}

export async function smallGolden(variant: 'code' | 'paper'): Promise<SmallGolden> {
  const folder = `tokenizer-small/${variant}`;
  const facts = await json<Omit<SmallGolden, 'tensor'>>(`${folder}/golden.json`);
  const file = await openSafetensors(fixtures, `${folder}/golden.safetensors`);
  return { ...facts, tensor: async (name) => file.read(name) as Promise<{ shape: number[]; data: Float32Array }> };
}

/** [N, rows, columns] as N lists of rows. */
export function unpack({ shape: [n, rows, columns], data }: { shape: number[]; data: Float32Array }): Float32Array[][] {
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: rows }, (_, j) => data.slice((i * rows + j) * columns, (i * rows + j + 1) * columns)),
  );
}
