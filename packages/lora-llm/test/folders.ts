import { encodeSafetensors } from '@heartllm/safetensors';

/** A tensor of fixtures/transformers.json and peft.json: what its values are made of, and its shape. */
export type Seeded = [seed: number, ...shape: number[]];

/** The values that make_references.py has for it. */
function filled([seed, ...shape]: Seeded): { shape: number[]; data: Float32Array } {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length }, (_, i) => 0.5 * Math.sin(seed + 1.7 * i + 0.013 * i * i));
  return { shape, data };
}

/** A file of such tensors. */
export function seededFile(tensors: Record<string, Seeded>): Uint8Array {
  return encodeSafetensors(Object.fromEntries(Object.entries(tensors).map(([name, seeded]) => [name, filled(seeded)])));
}

/** A Hugging Face folder's files, under that folder's name. */
export function llamaFolder(
  folder: string,
  config: object,
  tensors: Record<string, Seeded>,
): Record<string, Uint8Array> {
  return { [`${folder}/config.json`]: json(config), [`${folder}/model.safetensors`]: seededFile(tensors) };
}

/** A PEFT adapter's files. */
export function adapterFolder(
  folder: string,
  config: object,
  tensors: Record<string, Seeded>,
): Record<string, Uint8Array> {
  return {
    [`${folder}/adapter_config.json`]: json(config),
    [`${folder}/adapter_model.safetensors`]: seededFile(tensors),
  };
}

export function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
