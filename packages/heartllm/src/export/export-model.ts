import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { baseTensors, checkLlama, configJson } from '@heartllm/lora-llm';
import { openSafetensors } from '@heartllm/safetensors';
import { jsonObject, readJson, writeFileAtomic } from '@heartllm/source';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import { writeJson, writeLlamaFiles } from '../files/llama-files.ts';
import { checkReplaceable, writeModelFolder } from '../files/write-folder.ts';
import { endIds, readVocabulary } from '../language-model.ts';
import { defaultModel, MANIFEST_FILE, type ModelManifest, parseManifest } from '../model-manifest.ts';
import { HeartLlm } from '../pipeline.ts';
import { exportReadme } from './readme.ts';
import { storedWeights, type WeightDtype, weightsOf, writeWeights } from './write-weights.ts';

/** A model that other tools cannot open. */
export class ExportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExportError';
  }
}

export interface ExportOptions {
  /** Model folder; the embedded model by default. */
  model?: string;
  /** The LoRA in the weights of one Hugging Face folder, instead of a base and an adapter side by side. */
  merge: boolean;
  /** By default weights stay as they are stored; merged ones are float32, which rounds nothing. */
  dtype?: WeightDtype;
  /** Whether an existing folder is replaced. */
  replace: boolean;
  /** Ends it between two files, with nothing changed. */
  signal: AbortSignal;
}

export interface ExportedModel {
  /** The model's name. */
  name: string;
  /** Files in the folder. */
  files: string[];
  /** Values in the files of weights, the ECG tokenizer's left out. */
  parameters: number;
}

/** Parts of the folder, and what was written into each. */
interface Written {
  contents: ModelManifest['contents'];
  files: string[];
  parameters: number;
  vocabulary: EcgVocabulary;
}

/**
 * Writes a folder that transformers and peft open, whole or not at all: an ordinary Llama in `llm/` beside its adapter in
 * `adapter/`, or with `merge` one Llama in the folder itself. It stays a model folder that {@link HeartLlm.load} opens.
 *
 * Unmerged, tensors go from file to file and need no backend. Merging takes one, and memory for the model in float32.
 *
 * @throws ExportError for a model that takes points in the place of codes; ModelFolderError and errors of
 *   @heartllm/lora-llm, safetensors and vocab-bridge for a broken one; FolderExistsError
 */
export async function exportModel(
  out: string,
  { model, merge, dtype, replace, signal }: ExportOptions,
): Promise<ExportedModel> {
  const source = model === undefined ? await defaultModel() : folderSource(model);
  const manifest = parseManifest(new TextDecoder().decode(await source.read(MANIFEST_FILE)));
  const { name, contents } = manifest;
  if (contents.llm === undefined) {
    throw new ExportError(`model ${name} holds an ECG tokenizer only, no language model to export`);
  }
  if (contents.projector !== undefined) {
    throw new ExportError(
      `model ${name} takes points in the place of codes (${contents.projector}), which no other tool reads; train it with codes`,
    );
  }
  await checkReplaceable(out, replace);

  let exported: ExportedModel | undefined;
  await writeModelFolder(out, replace, async (folder) => {
    signal.throwIfAborted();
    const tokenizer = await copyEcgTokenizer(source, contents.ecgTokenizer ?? 'ecg-tokenizer', folder);
    const parts = merge
      ? await writeMerged(source, folder, dtype ?? 'float32', signal)
      : await writeParts({ source, llm: contents.llm as string, adapter: contents.adapter }, folder, dtype, signal);
    await writeJson(join(folder, MANIFEST_FILE), {
      ...manifest,
      contents: { ecgTokenizer: 'ecg-tokenizer', ...parts.contents },
    });
    const adapter = parts.contents.adapter !== undefined;
    const readme = exportReadme({ manifest, adapter, vocabulary: parts.vocabulary, dtype });
    await writeFileAtomic(join(folder, 'README.md'), readme);
    const files = ['README.md', MANIFEST_FILE, ...tokenizer, ...parts.files];
    exported = { name, files: files.sort(), parameters: parts.parameters };
  });
  return exported as ExportedModel;
}

async function copyEcgTokenizer(source: Source, from: string, folder: string): Promise<string[]> {
  await mkdir(join(folder, 'ecg-tokenizer'));
  const files = ['config.json', 'model.safetensors'];
  for (const file of files) await writeFile(join(folder, 'ecg-tokenizer', file), await source.read(`${from}/${file}`));
  return files.map((file) => `ecg-tokenizer/${file}`);
}

/** One Llama with the LoRA in its weights. */
async function writeMerged(source: Source, folder: string, dtype: WeightDtype, signal: AbortSignal): Promise<Written> {
  const model = await HeartLlm.load(source);
  try {
    const { llama, vocabulary } = await model.language(); // merged, as it is whenever it answers
    const weights = weightsOf(await baseTensors(llama), dtype);
    const config = { ...configJson(llama.config), dtype, torch_dtype: dtype };
    const files = [
      ...(await writeWeights(folder, 'model.safetensors', weights, { signal })),
      ...(await writeLlamaFiles(folder, config, vocabulary, endIds(vocabulary, llama.config))),
    ];
    return { contents: { llm: '.' }, files, parameters: values(weights), vocabulary };
  } finally {
    await model.dispose();
  }
}

/** Base and adapter, tensor by tensor. */
async function writeParts(
  { source, llm, adapter }: { source: Source; llm: string; adapter: string | undefined },
  folder: string,
  dtype: WeightDtype | undefined,
  signal: AbortSignal,
): Promise<Written> {
  const vocabulary = await readVocabulary(source, llm);
  const ends = endIds(vocabulary, await checkLlama(source, { folder: llm, adapter }));
  const config = await readFields(source, `${llm}/config.json`);
  const base = storedWeights(await openSafetensors(source, `${llm}/model.safetensors`), dtype);
  await mkdir(join(folder, 'llm'));
  const inLlm = [
    ...(await writeWeights(join(folder, 'llm'), 'model.safetensors', base, { signal })),
    ...(await writeLlamaFiles(
      join(folder, 'llm'),
      { ...config, ...(dtype && { dtype, torch_dtype: dtype }) },
      vocabulary,
      ends,
    )),
  ];
  const files = inLlm.map((file) => `llm/${file}`);
  if (adapter === undefined) return { contents: { llm: 'llm' }, files, parameters: values(base), vocabulary };

  const file = 'adapter_model.safetensors';
  const lora = storedWeights(await openSafetensors(source, `${adapter}/${file}`), dtype);
  await mkdir(join(folder, 'adapter'));
  const inAdapter = await writeWeights(join(folder, 'adapter'), file, lora, { signal });
  // the base with the ECG vocabulary is the one beside it, whatever it was trained from
  const peft = { ...(await readFields(source, `${adapter}/adapter_config.json`)), base_model_name_or_path: 'llm' };
  await writeJson(join(folder, 'adapter/adapter_config.json'), peft);
  return {
    contents: { llm: 'llm', adapter: 'adapter' },
    files: [...files, 'adapter/adapter_config.json', ...inAdapter.map((name) => `adapter/${name}`)],
    parameters: values(base) + values(lora),
    vocabulary,
  };
}

async function readFields(source: Source, path: string): Promise<Record<string, unknown>> {
  return jsonObject(await readJson(source, path), path);
}

function values(weights: { shape: number[] }[]): number {
  return weights.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}
