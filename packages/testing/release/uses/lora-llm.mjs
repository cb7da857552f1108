import { useBackend } from '@heartllm/backend';
import { adapterTensors, Llama } from '@heartllm/lora-llm';

export async function use({ wasmPaths }) {
  await useBackend('wasm', { wasmPaths });
  const sizes = { vocabSize: 300, hiddenSize: 64, intermediateSize: 176, numHiddenLayers: 2, numAttentionHeads: 4 };
  const llama = Llama.create({ ...sizes, initializerRange: 0.3 }, 1);
  llama.addLora({ r: 8, loraAlpha: 16, targetModules: 'all-linear' }, 2);
  const tensors = Object.keys(await adapterTensors(llama)).length;
  return `${await llama.generate([[7, 8]], { maxNewTokens: 3 })}, ${tensors} tensors of LoRA`;
}
