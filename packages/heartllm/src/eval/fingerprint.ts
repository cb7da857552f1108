import { createHash } from 'node:crypto';
import type { LanguageModel } from '../language-model.ts';

/** SHA-256 of anything that JSON can hold, in hexadecimal. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** SHA-256 of all weights and the vocabulary: what a language model answers depends on nothing else. */
export async function modelFingerprint({ llama, vocabulary }: LanguageModel): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([llama.config, vocabulary.tokenizerJson]));
  for (const [name, parameter] of llama.parameters) hash.update(name).update(await parameter.data());
  return hash.digest('hex');
}
