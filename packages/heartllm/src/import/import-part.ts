import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { checkLlama, parseConfig } from '@heartllm/lora-llm';
import { openSafetensors } from '@heartllm/safetensors';
import { exists, isMissing, jsonObject, readJson } from '@heartllm/source';
import type { TokenizerJson } from '@heartllm/vocab-bridge';
import { realFolder } from '../files/real-folder.ts';
import { replacePart } from '../files/replace-part.ts';
import { readVocabulary } from '../language-model.ts';
import { MANIFEST_FILE, parseManifest } from '../model-manifest.ts';
import { ImportError } from './import-error.ts';

/** A language model in Hugging Face's layout, or a PEFT adapter for one. */
export type Part = 'llm' | 'adapter';

/** How parts and tokenizers are imported. */
export interface ImportOptions {
  /** Whether what is there is replaced. */
  replace: boolean;
  /** Ends it, with nothing changed. */
  signal: AbortSignal;
}

/** Files that belong to a part beside its weights; others, such as a model card or an optimizer's state, are not taken. */
const FILES: Record<Part, RegExp> = {
  llm: /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map)\.json$/,
  adapter: /^adapter_config\.json$/,
};

const WEIGHTS: Record<Part, string> = { llm: 'model.safetensors', adapter: 'adapter_model.safetensors' };

/**
 * Copies a language model or an adapter into a model folder that holds an ECG tokenizer already. Headers are checked,
 * weights are only copied; the tokenizer.json is extended by the ECG vocabulary where it is not yet. Links that lead out of the part's folder are not
 * followed, and what is no regular file is not opened.
 *
 * @throws ImportError when the model folder or the part is not as it should be; errors of @heartllm/lora-llm,
 *   safetensors and vocab-bridge for what they refuse. what the signal was aborted with. Nothing is changed then.
 */
export async function importPart(
  part: Part,
  from: string,
  out: string,
  { replace, signal }: ImportOptions,
): Promise<{ files: string[]; tensors: number }> {
  const manifest = parseManifest(await readText(folderSource(out), MANIFEST_FILE));
  const present = manifest.contents[part];
  if (present && !replace) throw new ImportError(`${out} holds a part '${present}' already; --force replaces it`);
  if (part === 'adapter' && !manifest.contents.llm) {
    throw new ImportError(`${out} holds no language model that an adapter could adapt`);
  }
  const names = await partNames(part, from);
  const source = folderSource(from);
  const extended = part === 'llm' ? await extendedTokenizer(source) : undefined;
  if (part === 'llm') await checkLlama(source);
  else await checkLlama(folderSource(out), { folder: manifest.contents.llm, adapter: source });
  const weights = await openSafetensors(source, WEIGHTS[part]);
  const files = [
    ...names.filter((name) => FILES[part].test(name)),
    ...(await weightFiles(source, WEIGHTS[part])),
  ].sort();
  for (const file of files) await source.size(file); // throws for a link out of the folder, a pipe and the like

  // '.' where the folder itself is the Llama, as of a merged export: the ECG tokenizer in it stays
  const isRoot = present === '.';
  const path = present === undefined || isRoot ? part : present;
  const changed = { ...manifest, contents: { ...manifest.contents, [part]: path } };
  await replacePart(await realFolder(out), { path, manifest: changed }, async (temporary) => {
    for (const name of files) {
      signal.throwIfAborted();
      await mkdir(dirname(join(temporary, name)), { recursive: true });
      await copyFile(join(from, name), join(temporary, name));
    }
    if (extended) await writeFile(join(temporary, 'tokenizer.json'), JSON.stringify(extended));
    signal.throwIfAborted();
  });
  if (isRoot) await removeRootPart(part, out);
  return { files, tensors: weights.names.length };
}

/** Names in the part's folder. @throws ImportError where it holds weights of another kind only, with what to do with them */
async function partNames(part: Part, from: string): Promise<string[]> {
  const isFolder = await stat(from).then(
    (found) => found.isDirectory(),
    (error) => {
      throw isMissing(error) ? new ImportError(`${from}: no such folder`) : error;
    },
  );
  const names = isFolder ? await readdir(from) : [basename(from)];
  const [stem] = WEIGHTS[part].split('.');
  if (isFolder && names.some((name) => name.startsWith(stem) && name.includes('.safetensors'))) return names;
  const expected = `${from}: expected a folder with ${WEIGHTS[part]}`;
  const found = (suffix: RegExp) => names.find((name) => suffix.test(name));
  const [checkpoint, bin] = [found(/\.(pth|pt|ckpt)$/i), found(/\.bin$/i)];
  if (checkpoint) {
    throw new ImportError(
      `${expected}, found ${checkpoint}: a checkpoint of the finetuning is imported whole by 'heartllm import checkpoint FILE --llm FOLDER --out DIR'`,
    );
  }
  if (bin) {
    throw new ImportError(
      `${expected}, found ${bin}: load it in transformers, whose save_pretrained writes safetensors`,
    );
  }
  if (!isFolder) throw new ImportError(`${expected}, found a file`);
  return names;
}

/** The file of the weights, or the index and the shards that it names. */
async function weightFiles(source: Source, file: string): Promise<string[]> {
  if (await exists(source, file)) return [file];
  const index = `${file}.index.json`;
  const { weight_map } = jsonObject(await readJson(source, index), index);
  return [index, ...new Set(Object.values(jsonObject(weight_map, index, 'weight_map')) as string[])];
}

/** Of a model folder that is the Llama itself. */
async function removeRootPart(part: Part, out: string): Promise<void> {
  const weights = await weightFiles(folderSource(out), WEIGHTS[part]);
  const files = (await readdir(out)).filter((name) => FILES[part].test(name));
  for (const name of [...files, ...weights]) await rm(join(out, name));
}

/** The tokenizer.json with the ECG vocabulary, for which the embeddings must have rows. */
async function extendedTokenizer(source: Source): Promise<TokenizerJson> {
  const { vocabSize } = parseConfig(await readJson(source, 'config.json'));
  const { tokenizerJson, firstCodeId, codes } = await readVocabulary(source, '');
  if (vocabSize < firstCodeId + codes) {
    throw new ImportError(
      `config.json: vocab_size ${vocabSize}, with the ECG vocabulary it must be ${firstCodeId + codes} or more`,
    );
  }
  return tokenizerJson;
}

async function readText(source: Source, path: string): Promise<string> {
  return new TextDecoder().decode(await source.read(path));
}
