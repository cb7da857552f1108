import type { LlamaConfig } from './config.ts';
import { JsonFields } from './json-fields.ts';

/**
 * Reads the ends of a text from a generation_config.json. As in transformers, what that file says, and what it leaves out,
 * counts in the place of what config.json says.
 *
 * @throws LlamaError naming the field.
 */
export function parseGenerationConfig(json: unknown, file: string): Pick<LlamaConfig, 'eosTokenIds' | 'padTokenId'> {
  const fields = new JsonFields(json, file);
  return { eosTokenIds: fields.tokenIds('eos_token_id'), padTokenId: fields.tokenId('pad_token_id') };
}
