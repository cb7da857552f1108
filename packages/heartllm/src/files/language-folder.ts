import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  adapterConfig,
  adapterTensors,
  baseTensors,
  configJson,
  type Llama,
  projectorConfigJson,
  projectorTensors,
} from '@heartllm/lora-llm';
import { writeSafetensors } from '@heartllm/safetensors';
import { writeFileAtomic } from '@heartllm/source';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import { endIds } from '../language-model.ts';
import { MANIFEST_FILE, type ModelManifest } from '../model-manifest.ts';
import { halfPrecision } from './half-precision.ts';
import { writeModelFolder } from './write-folder.ts';

/**
 * Writes a complete model folder, whole or not at all: the ECG tokenizer of `from` as it is, the language model with its
 * vocabulary, and the adapter where there is a LoRA.
 *
 * What was trained is written in half precision.
 *
 * @param untouched the language model of `from` was only adapted: its files are copied as they are, to the last bit
 * @throws FolderExistsError as {@link writeModelFolder}
 */
export async function writeLanguageFolder(
  out: string,
  replace: boolean,
  from: string,
  manifest: ModelManifest,
  llama: Llama,
  vocabulary: EcgVocabulary,
  untouched: boolean,
): Promise<void> {
  const tokenizer = manifest.contents.ecgTokenizer ?? 'ecg-tokenizer';
  const contents = {
    ecgTokenizer: tokenizer,
    llm: 'llm',
    ...(llama.lora && { adapter: 'adapter' }),
    ...(llama.projector && { projector: 'projector' }),
  };
  await writeModelFolder(out, replace, async (folder) => {
    await cp(join(from, tokenizer), join(folder, tokenizer), { recursive: true });
    if (untouched) await cp(join(from, manifest.contents.llm ?? 'llm'), join(folder, 'llm'), { recursive: true });
    else await writeLlm(join(folder, 'llm'), llama, vocabulary);
    const write = (name: string, value: unknown) =>
      writeFileAtomic(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
    if (llama.lora) {
      await mkdir(join(folder, 'adapter'));
      const adapter = join(folder, 'adapter/adapter_model.safetensors');
      await writeSafetensors(adapter, halfPrecision(await adapterTensors(llama)), { format: 'pt' });
      await write('adapter/adapter_config.json', adapterConfig(llama));
    }
    if (llama.projector) {
      await mkdir(join(folder, 'projector'));
      await writeSafetensors(
        join(folder, 'projector/model.safetensors'),
        halfPrecision(await projectorTensors(llama)),
        {
          format: 'pt',
        },
      );
      await write('projector/config.json', projectorConfigJson(llama.projector));
    }
    await write(MANIFEST_FILE, { ...manifest, contents });
  });
}

/** An ordinary Hugging Face folder, float16. */
async function writeLlm(folder: string, llama: Llama, vocabulary: EcgVocabulary): Promise<void> {
  await mkdir(folder);
  await writeSafetensors(join(folder, 'model.safetensors'), halfPrecision(await baseTensors(llama)), { format: 'pt' });
  const { bosId, padId } = vocabulary;
  const ends = endIds(vocabulary, llama.config);
  const files = {
    'config.json': configJson(llama.config),
    'tokenizer_config.json': vocabulary.tokenizerConfig(),
    'generation_config.json': {
      bos_token_id: bosId,
      eos_token_id: ends.length > 1 ? ends : ends[0],
      pad_token_id: padId,
    },
  };
  for (const [name, value] of Object.entries(files)) {
    await writeFileAtomic(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  }
  await writeFileAtomic(join(folder, 'tokenizer.json'), JSON.stringify(vocabulary.tokenizerJson));
}
