import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { writeSafetensors } from '@heartllm/safetensors';
import { writeFileAtomic } from '@heartllm/source';
import { MANIFEST_FILE, type ModelManifest } from '../model-manifest.ts';
import { writeModelFolder } from './write-folder.ts';

/** An ECG tokenizer on its way into a model folder. */
export interface TokenizerFiles {
  config: TokenizerConfig;
  /** By their state_dict's names. */
  tensors: Record<string, { shape: number[]; data: Float32Array; dtype?: 'F16' }>;
  about: Pick<ModelManifest, 'name' | 'description' | 'license' | 'training' | 'scores'>;
}

const FOLDER = 'ecg-tokenizer';

/**
 * Writes a model folder that holds an ECG tokenizer and nothing else, whole or not at all.
 *
 * @throws FolderExistsError as {@link writeModelFolder}
 */
export async function writeTokenizerFolder(
  out: string,
  replace: boolean,
  { config, tensors, about }: TokenizerFiles,
): Promise<void> {
  const manifest: ModelManifest = {
    schemaVersion: 1,
    ...about,
    samplingRate: config.sampling_rate,
    leads: config.leads,
    contents: { ecgTokenizer: FOLDER },
  };
  await writeModelFolder(out, replace, async (folder) => {
    await writeTokenizer(join(folder, FOLDER), { config, tensors });
    await writeFileAtomic(join(folder, MANIFEST_FILE), json(manifest));
  });
}

/** Makes the folder of an ECG tokenizer. */
export async function writeTokenizer(
  folder: string,
  { config, tensors }: Pick<TokenizerFiles, 'config' | 'tensors'>,
): Promise<void> {
  await mkdir(folder);
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
  await writeFileAtomic(join(folder, 'config.json'), json(config));
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
