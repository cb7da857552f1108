import manifest from '@heartllm/nano/model/heartllm.json' with { type: 'json' };

export async function use({ open }) {
  const config = await open('modules/@heartllm/nano/model').read('llm/config.json');
  return `${manifest.name}, schema ${manifest.schemaVersion}, ${JSON.parse(new TextDecoder().decode(config)).model_type}`;
}
