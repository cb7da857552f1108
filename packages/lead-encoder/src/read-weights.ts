import { openSafetensors, type Source } from '@heartllm/safetensors';
import { assertSource, parseJson } from '@heartllm/source';
import { allParameters } from './parameters.ts';
import { parseTokenizerConfig, type TokenizerConfig, TokenizerConfigError } from './tokenizer-config.ts';

/** A network at rest: its configuration and its parameters as plain numbers. */
export interface TokenizerWeights {
  /** The folder's config.json, checked; the weights fit it. */
  config: TokenizerConfig;
  /** By the name in the published state_dict, row-major in PyTorch's shape. */
  weights: Map<string, Float32Array>;
}

/**
 * Reads `config.json` and `model.safetensors` from a folder of a source. Half-precision weights are widened; tensors
 * that the configuration does not ask for are left unread.
 *
 * @param source a folder, Blobs or a URL from @heartllm/ecg-io
 * @param folder inside the source, 'ecg-tokenizer' by default; '' or '.' is the source itself
 * @throws TokenizerConfigError naming the file and the field or tensor, what was expected and what was found;
 *   whatever the source or @heartllm/safetensors throws
 */
export async function readWeights(source: Source, folder = 'ecg-tokenizer'): Promise<TokenizerWeights> {
  assertSource(source, 'readWeights');
  const prefix = folder === '' || folder === '.' ? '' : `${folder.replace(/\/+$/, '')}/`;
  const configPath = `${prefix}config.json`;
  const config = parseTokenizerConfig(parseJson(await source.read(configPath), configPath), configPath);
  const path = `${prefix}model.safetensors`;
  const file = await openSafetensors(source, path);
  const names = new Set(file.names);
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of allParameters(config)) {
    if (!names.has(name)) throw new TokenizerConfigError(`${path}: tensor ${name}: missing, ${configPath} asks for it`);
    const found = file.info(name).shape;
    if (found.join() !== shape.join()) {
      throw new TokenizerConfigError(`${path}: tensor ${name}: expected shape [${shape}], found [${found}]`);
    }
    const { data, dtype } = await file.read(name);
    if (!(data instanceof Float32Array)) {
      throw new TokenizerConfigError(`${path}: tensor ${name}: expected F32, F16 or BF16, found ${dtype}`);
    }
    const isVariance = name.endsWith('.running_var');
    const wrong = data.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
    if (wrong >= 0) {
      const expected = isVariance ? 'numbers from 0' : 'numbers';
      throw new TokenizerConfigError(`${path}: tensor ${name}: value ${wrong} is ${data[wrong]}, expected ${expected}`);
    }
    weights.set(name, data);
  }
  return { config, weights };
}
