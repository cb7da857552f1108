/**
 * Llama with LoRA on TensorFlow.js, as Hugging Face and PEFT store it.
 *
 * ```ts
 * import { useBackend } from '@heartllm/backend';
 * import { Llama } from '@heartllm/lora-llm';
 *
 * await useBackend('wasm');
 * const llama = Llama.create(
 *   { vocabSize: 300, hiddenSize: 64, intermediateSize: 176, numHiddenLayers: 2, numAttentionHeads: 4 },
 *   1,
 * ); // or: await loadLlama(folderSource('model'), { folder: 'llm', adapter: 'adapter' })
 * const [ids] = await llama.generate([[7, 8]], { maxNewTokens: 3 });
 * console.log(ids.length); // 5
 * ```
 */

export { adapterConfig, adapterTensors, baseTensors, type TensorValues } from './adapter-tensors.ts';
export type { BaseWeights } from './base-weights.ts';
export type { LlamaConfig, LlamaOptions } from './config.ts';
export { configJson, parseConfig } from './config-json.ts';
export { LlamaError, type Mismatch } from './errors.ts';
export type { GenerateOptions } from './generate.ts';
export { Llama, type LossOptions } from './llama.ts';
export { checkLlama, type LoadOptions, loadLlama, openBaseWeights } from './load.ts';
export { type LogitsProcessor, prefixConstrained, trieConstrained } from './logits-processor.ts';
export type { Lora, LoraConfig, LoraModule } from './lora-config.ts';
export type { Batch } from './loss.ts';
export { type Parameters, parameterShapes } from './parameters.ts';
export { type ProjectorConfig, projectorConfigJson, projectorTensors, type Vectors } from './projector.ts';
export { plainName } from './read-weights.ts';
export type { RopeScaling } from './rope-scaling.ts';
export { TokenTrie, type TokenTrieNode } from './token-trie.ts';
