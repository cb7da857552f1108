import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeWeights } from '../export/write-weights.ts';
import { writeJson, writeLlamaFiles } from '../files/llama-files.ts';
import { writeTokenizer } from '../files/tokenizer-folder.ts';
import { checkReplaceable, writeModelFolder } from '../files/write-folder.ts';
import { MANIFEST_FILE, type ModelManifest } from '../model-manifest.ts';
import { summarize } from './choose-prefix.ts';
import { fitBase } from './fit-base.ts';
import { fitLora } from './fit-lora.ts';
import type { ImportOptions } from './import-part.ts';
import { type ReadTokenizer, readTokenizer } from './import-tokenizer.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { planCheckpoint } from './plan-checkpoint.ts';

export interface CheckpointOptions extends ImportOptions {
  /** Folder with config.json and tokenizer.json of the Llama that the finetuning began with. */
  llm: string;
  /** LoRA's alpha, which the file does not tell; 16 in the published finetuning. */
  loraAlpha: number;
  /** Of the model's names, where the checkpoint holds several. */
  prefix?: string | undefined;
}

export interface ImportedCheckpoint {
  tokenizer: Pick<ReadTokenizer, 'config' | 'parameters'> & { tensors: number };
  llm: { tensors: number; vocabulary: number };
  /** Absent where the checkpoint has no LoRA. */
  adapter?: { tensors: number; r: number; alpha: number };
  /** What else the checkpoint holds, which was not taken: 'optimizer (74 tensors)'. */
  leftOut: string[];
}

/**
 * Makes a model folder of what the published finetuning saves, checkpoint_epochN.pth: one state dict with the ECG tokenizer's encoder, the Llama and
 * its LoRA. The Llama's config.json and tokenizer.json are in no state dict and come from the base model's folder.
 *
 * @throws ImportError naming the tensor that is missing, unknown, quantized or of another shape; errors of @heartllm/safetensors, lora-llm and
 *   vocab-bridge; FolderExistsError. Nothing is left behind then.
 */
export async function importCheckpoint(
  path: string,
  out: string,
  { replace, signal, llm, loraAlpha, prefix }: CheckpointOptions,
): Promise<ImportedCheckpoint> {
  await checkReplaceable(out, replace); // before the work
  const checkpoint = await openCheckpoint(path);
  const plan = planCheckpoint(checkpoint, prefix);
  const tokenizer = await readTokenizer(checkpoint, prefix, signal);
  const base = await fitBase(checkpoint, plan, llm, tokenizer.config);
  const adapter = plan.lora.size > 0 ? fitLora(checkpoint, plan, loraAlpha) : undefined;
  const { file } = checkpoint;
  const manifest: ModelManifest = {
    schemaVersion: 1,
    name: basename(out),
    description: `Imported whole from ${file}: ECG tokenizer (encoder only), language model${adapter ? ' and LoRA' : ''}`,
    samplingRate: tokenizer.config.sampling_rate,
    leads: tokenizer.config.leads,
    license: `that of ${file} and of the Llama that it began with`,
    training: `Not trained here: weights imported from ${file}.`,
    contents: { ecgTokenizer: 'ecg-tokenizer', llm: 'llm', ...(adapter && { adapter: 'adapter' }) },
  };
  await writeModelFolder(out, replace, async (folder) => {
    await writeTokenizer(join(folder, 'ecg-tokenizer'), tokenizer);
    await mkdir(join(folder, 'llm'));
    await writeWeights(join(folder, 'llm'), 'model.safetensors', base.weights, { signal });
    await writeLlamaFiles(join(folder, 'llm'), base.config, base.vocabulary);
    if (adapter) {
      await mkdir(join(folder, 'adapter'));
      await writeWeights(join(folder, 'adapter'), 'adapter_model.safetensors', adapter.weights, { signal });
      await writeJson(join(folder, 'adapter/adapter_config.json'), adapter.config);
    }
    await writeJson(join(folder, MANIFEST_FILE), manifest);
  });
  const isLlm = (name: string) => name.startsWith(plan.prefix);
  return {
    tokenizer: {
      config: tokenizer.config,
      parameters: tokenizer.parameters,
      tensors: Object.keys(tokenizer.tensors).length,
    },
    llm: { tensors: base.weights.length, vocabulary: base.vocabulary.size },
    ...(adapter && { adapter: { tensors: adapter.weights.length, r: adapter.r, alpha: loraAlpha } }),
    leftOut: summarize(tokenizer.leftOut.filter((name) => !isLlm(name))),
  };
}
