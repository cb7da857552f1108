import { openSafetensors, type Safetensors, type Source } from '@heartllm/safetensors';
import { applyAdapter } from './adapter.ts';
import { parseAdapterConfig } from './adapter-config.ts';
import { parseConfig } from './config-json.ts';
import { LlamaError } from './errors.ts';
import { Llama } from './llama.ts';
import { headName, type Parameters, parameterShapes, variable } from './parameters.ts';
import { parseProjectorConfig, projectorShapes } from './projector.ts';

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
 * and onto it a PEFT LoRA adapter: adapter_config.json with adapter_model.safetensors. What transformers' from_pretrained
 * and peft's PeftModel.from_pretrained open.
 *
 * Without an adapter all weights are trainable; with one, its own are and the base is frozen.
 *
 * @throws LlamaError for a config, a tensor or an adapter this runtime cannot take, naming file, field or tensor;
 *   SafetensorsError for a broken file; whatever the source throws for a missing one.
 */
export async function loadLlama(source: Source, options: LoadOptions = {}): Promise<Llama> {
  const { folder = '', adapter, projector, weights = 'float32' } = options;
  if (weights !== 'float32') throw new LlamaError(`weights: expected 'float32', found '${weights}'`);
  const config = parseConfig(await readJson(source, join(folder, 'config.json')), join(folder, 'config.json'));
  const path = join(folder, 'model.safetensors');
  const file = await openSafetensors(source, path);
  if (config.numHiddenLayers > file.names.length) {
    throw new LlamaError(
      `${path}: expected ${config.numHiddenLayers} layers (num_hidden_layers), found ${file.names.length} tensors`,
    );
  }
  const shapes = parameterShapes(config);
  for (const name of file.names) {
    // buffers of old checkpoints that transformers recomputes, and the copy that some tied checkpoints carry
    const ignored = name.endsWith('.rotary_emb.inv_freq') || (name === headName && config.tieWordEmbeddings);
    if (!shapes.has(name) && !ignored) throw new LlamaError(`${path}: unexpected tensor ${name}`);
  }
  const parameters: Parameters = new Map();
  const llama = new Llama(config, parameters);
  llama.baseName = folder || null;
  try {
    for (const [name, shape] of shapes)
      parameters.set(name, variable(await readFloats(file, path, name, shape), shape));
    if (adapter !== undefined) await loadAdapter(llama, source, adapter);
    if (projector !== undefined) await loadProjector(llama, source, projector);
  } catch (error) {
    llama.dispose();
    throw error;
  }
  return llama;
}

async function loadAdapter(llama: Llama, source: Source, adapter: string | Source): Promise<void> {
  const [from, folder] = typeof adapter === 'string' ? [source, adapter] : [adapter, ''];
  const configPath = join(folder, 'adapter_config.json');
  const config = parseAdapterConfig(await readJson(from, configPath), configPath);
  const path = join(folder, 'adapter_model.safetensors');
  const file = await openSafetensors(from, path);
  await applyAdapter(llama, config, file.names, path, (name, shape) => readFloats(file, path, name, shape));
}

async function loadProjector(llama: Llama, source: Source, folder: string): Promise<void> {
  const file = join(folder, 'config.json');
  const config = parseProjectorConfig(await readJson(source, file), file, llama.config.vocabSize);
  const path = join(folder, 'model.safetensors');
  const tensors = await openSafetensors(source, path);
  for (const [name, shape] of projectorShapes(config, llama.config.hiddenSize)) {
    llama.parameters.set(name, variable(await readFloats(tensors, path, name, shape), shape));
  }
  llama.projector = config;
}

/** The values of a tensor that must be there with this shape. */
async function readFloats(file: Safetensors, path: string, name: string, shape: number[]): Promise<Float32Array> {
  if (!file.names.includes(name)) throw new LlamaError(`${path}: tensor ${name} is missing, expected [${shape}]`);
  const found = file.info(name);
  if (found.shape.join() !== shape.join()) {
    throw new LlamaError(`${path}: tensor ${name}: expected shape [${shape}], found [${found.shape}]`);
  }
  if (!['F32', 'F16', 'BF16'].includes(found.dtype)) {
    throw new LlamaError(`${path}: tensor ${name}: expected F32, F16 or BF16, found ${found.dtype}`);
  }
  return (await file.read(name)).data as Float32Array;
}

// far above any config.json; the file's own size must not decide how much memory is taken
const maxJsonBytes = 2 ** 24;

async function readJson(source: Source, path: string): Promise<unknown> {
  const size = await source.size(path);
  if (size > maxJsonBytes) throw new LlamaError(`${path}: expected a JSON file, found ${size} bytes`);
  const text = new TextDecoder().decode(await source.read(path));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LlamaError(`${path}: not JSON: ${(error as Error).message}`);
  }
}

const join = (folder: string, name: string) => (folder ? `${folder.replace(/\/+$/, '')}/${name}` : name);
