import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { parseConfig } from '@heartllm/lora-llm';
import { openSafetensors } from '@heartllm/safetensors';
import { EcgVocabulary, type TokenizerJson } from '@heartllm/vocab-bridge';
import { realFolder } from '../files/real-folder.ts';
import { replacePart } from '../files/replace-part.ts';
import { MANIFEST_FILE, parseManifest } from '../model-manifest.ts';
import { ImportError } from './plan-tokenizer.ts';

/** A language model in Hugging Face's layout, or a PEFT adapter for one. */
export type Part = 'llm' | 'adapter';

/** How parts and tokenizers are imported. */
export interface ImportOptions {
  /** Whether what is there is replaced. */
  replace: boolean;
  /** Ends it, with nothing changed. */
  signal: AbortSignal;
}

/** Files that belong to a part; others, such as a model card or an optimizer's state, are not taken. */
const FILES: Record<Part, RegExp> = {
  llm: /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|model\.safetensors\.index)\.json$|^model[\w.-]*\.safetensors$/,
  adapter: /^adapter_config\.json$|^adapter_model\.safetensors$/,
};

const WEIGHTS: Record<Part, string> = { llm: 'model.safetensors', adapter: 'adapter_model.safetensors' };

/**
 * Copies a language model or an adapter into a model folder that holds an ECG tokenizer already. Headers are checked,
 * weights are only copied; the tokenizer.json is extended by the ECG vocabulary where it is not yet.
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
  const source = folderSource(from);
  const extended = part === 'llm' ? await extendedTokenizer(source) : undefined;
  if (part === 'adapter') await readText(source, 'adapter_config.json');
  const weights = await openSafetensors(source, WEIGHTS[part]);
  const files = (await readdir(from)).filter((name) => FILES[part].test(name)).sort();

  // '.' where the folder itself is the Llama, as of a merged export: the ECG tokenizer in it stays
  const isRoot = present === '.';
  const path = present === undefined || isRoot ? part : present;
  const changed = { ...manifest, contents: { ...manifest.contents, [part]: path } };
  await replacePart(await realFolder(out), { path, manifest: changed }, async (temporary) => {
    for (const name of files) {
      signal.throwIfAborted();
      await copyFile(join(from, name), join(temporary, name));
    }
    if (extended) await writeFile(join(temporary, 'tokenizer.json'), JSON.stringify(extended));
    signal.throwIfAborted();
  });
  if (isRoot) for (const name of await readdir(out)) if (FILES[part].test(name)) await rm(join(out, name));
  return { files, tensors: weights.names.length };
}

/** The tokenizer.json with the ECG vocabulary, for which the embeddings must have rows. */
async function extendedTokenizer(source: Source): Promise<TokenizerJson> {
  const { vocabSize } = parseConfig(JSON.parse(await readText(source, 'config.json')));
  const { tokenizerJson, firstCodeId, codes } = new EcgVocabulary(JSON.parse(await readText(source, 'tokenizer.json')));
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
