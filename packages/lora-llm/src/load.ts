import { openSafetensors, type Source } from '@heartllm/safetensors';
import { assertSource, exists, readJson } from '@heartllm/source';
import { applyAdapter } from './adapter.ts';
import { parseAdapterConfig } from './adapter-config.ts';
import { type AdapterPlan, planAdapter } from './adapter-plan.ts';
import { type BaseWeights, openBase } from './base-weights.ts';
import type { LlamaConfig } from './config.ts';
import { parseConfig } from './config-json.ts';
import { LlamaError } from './errors.ts';
import { parseGenerationConfig } from './generation-config.ts';
import { Llama } from './llama.ts';
import { type Parameters, parameterShapes, variable } from './parameters.ts';
import { parseProjectorConfig, projectorShapes } from './projector.ts';
import { namedWeights, readWeight } from './read-weights.ts';

/** Which parts of a source make the model. */
export interface LoadOptions {
  /** Folder of config.json and model.safetensors inside the source; default the source's root. */
  folder?: string;
  /** A PEFT adapter: its folder inside the source, or a source of its own. */
  adapter?: string | Source;
  /** A projector for vectors in the place of words: its folder inside the source, see {@link projectorTensors}. */
  projector?: string;
  /** How weights are held: only 'float32', the default, into which float16 and bfloat16 files are widened. */
  weights?: 'float32';
}

/**
 * Loads a Hugging Face Llama folder: config.json with model.safetensors or model.safetensors.index.json and its shards,
 * generation_config.json where it is there; and onto it a PEFT LoRA adapter: adapter_config.json with
 * adapter_model.safetensors. What transformers' from_pretrained and peft's PeftModel.from_pretrained open, and as they do.
 *
 * Without an adapter all weights are trainable; with one, its own are and the base is frozen.
 *
 * @throws LlamaError for a config, a tensor or an adapter this runtime cannot take, naming file, field or tensor;
 *   FileError and SafetensorsError for a broken file; whatever the source throws for a missing one.
 */
export async function loadLlama(source: Source, options: LoadOptions = {}): Promise<Llama> {
  const { folder = '', projector, weights = 'float32' } = options;
  if (weights !== 'float32') throw new LlamaError(`weights: expected 'float32', found '${weights}'`);
  const { base, plan } = await openLlama(source, options);
  const parameters: Parameters = new Map();
  const llama = new Llama(base.config, parameters);
  llama.baseName = folder || null;
  try {
    for (const [name, shape] of parameterShapes(base.config)) {
      parameters.set(name, variable(await base.read(name), shape));
    }
    if (plan) await applyAdapter(llama, plan);
    if (projector !== undefined) await loadProjector(llama, source, projector);
  } catch (error) {
    llama.dispose();
    throw error;
  }
  return llama;
}

/**
 * Looks whether {@link loadLlama} would take a folder and its adapter: reads the settings and the heads of the files of
 * weights, not the weights, so that it needs no backend and next to no memory.
 *
 * @returns the model's shape
 * @throws LlamaError as loadLlama, but for weights that are not finite
 */
export async function checkLlama(source: Source, options: LoadOptions = {}): Promise<LlamaConfig> {
  return (await openLlama(source, options)).base.config;
}

/** Settings and heads of the files, which fit together. */
async function openLlama(
  source: Source,
  { folder = '', adapter }: LoadOptions,
): Promise<{ base: BaseWeights; plan: AdapterPlan | null }> {
  const base = await openBaseWeights(source, folder);
  if (adapter === undefined) return { base, plan: null };
  const [from, inside] = typeof adapter === 'string' ? [source, adapter] : [adapter, ''];
  const settings = join(inside, 'adapter_config.json');
  const path = join(inside, 'adapter_model.safetensors');
  const config = parseAdapterConfig(await readJson(from, settings), settings);
  return { base, plan: planAdapter(base.config, config, await openSafetensors(from, path), path) };
}

/**
 * Opens the weights of a Hugging Face Llama folder, to be read one by one.
 *
 * @param folder inside the source; its root by default
 * @throws LlamaError as {@link loadLlama}
 */
export async function openBaseWeights(source: Source, folder = ''): Promise<BaseWeights> {
  assertSource(source, 'loadLlama');
  const at = (name: string) => join(folder, name);
  const config = parseConfig(await readJson(source, at('config.json')), at('config.json'));
  const ends = at('generation_config.json');
  const generation = (await exists(source, ends)) && parseGenerationConfig(await readJson(source, ends), ends);
  return openBase(source, at('model.safetensors'), { ...config, ...generation });
}

async function loadProjector(llama: Llama, source: Source, folder: string): Promise<void> {
  const file = join(folder, 'config.json');
  const config = parseProjectorConfig(await readJson(source, file), file, llama.config.vocabSize);
  const path = join(folder, 'model.safetensors');
  const weights = namedWeights(await openSafetensors(source, path), path, (name) => name);
  for (const [name, shape] of projectorShapes(config, llama.config.hiddenSize)) {
    llama.parameters.set(name, variable(await readWeight(weights, name, shape), shape));
  }
  llama.projector = config;
}

const join = (folder: string, name: string) => (folder ? `${folder.replace(/\/+$/, '')}/${name}` : name);
