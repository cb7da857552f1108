import { join } from 'node:path';
import { writeFileAtomic } from '@heartllm/source';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import { REPORT_TOKENS } from '../pipeline.ts';

/**
 * Writes what belongs to a Llama besides its weights, as transformers names the files.
 *
 * @param ends of text, see `endIds`
 * @returns their names
 */
export async function writeLlamaFiles(
  folder: string,
  config: Record<string, unknown>,
  vocabulary: EcgVocabulary,
  ends: number[] = [vocabulary.eosId],
): Promise<string[]> {
  const { bosId, padId } = vocabulary;
  const ids = { bos_token_id: bosId, eos_token_id: ends.length > 1 ? ends : ends[0], pad_token_id: padId };
  const files = {
    'config.json': { ...config, ...ids },
    'generation_config.json': { ...ids, do_sample: false, max_new_tokens: REPORT_TOKENS },
    'tokenizer_config.json': vocabulary.tokenizerConfig(),
  };
  for (const [name, value] of Object.entries(files)) await writeJson(join(folder, name), value);
  await writeFileAtomic(join(folder, 'tokenizer.json'), JSON.stringify(vocabulary.tokenizerJson));
  return [...Object.keys(files), 'tokenizer.json'];
}

/** As people read it. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
