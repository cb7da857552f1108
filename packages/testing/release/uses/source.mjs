import { exists, memorySource, readJson } from '@heartllm/source';

export async function use() {
  const source = memorySource({ 'config.json': '{"levels": [6, 6]}' });
  if (await exists(source, 'other.json')) throw new Error('expected no other.json');
  return JSON.stringify(await readJson(source, 'config.json'));
}
