import { folderSource } from '@heartllm/ecg-io/node';
import { type Llama, loadLlama } from '@heartllm/lora-llm';
import { openSafetensors } from '@heartllm/safetensors';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { readVocabulary } from '../language-model.ts';
import { ModelFolderError } from '../model-manifest.ts';

/** Rows by id: the embeddings, and the output layer where it is not the same. */
const BY_ID = ['model.embed_tokens.weight', 'lm_head.weight'];

/**
 * A Hugging Face Llama folder as the model to begin with: the vocabulary extended by the ECG codes, whose rows are drawn at
 * random.
 */
export async function loadBase(
  folder: string,
  codes: number,
  seed: number,
): Promise<{ llama: Llama; vocabulary: EcgVocabulary }> {
  const source = folderSource(folder);
  const vocabulary = await readVocabulary(source, '', codes);
  const llama = await loadLlama(source);
  if (llama.config.vocabSize !== vocabulary.size) llama.resizeEmbeddings(vocabulary.size, seed);
  return { llama, vocabulary };
}

/**
 * Gives the words of text the rows of the base model back, which training on ECG codes alone has moved; what is above
 * them stays as it is.
 *
 * @throws ModelFolderError when the base is of another width
 */
export async function resetText(llama: Llama, vocabulary: EcgVocabulary, folder: string): Promise<void> {
  const file = await openSafetensors(folderSource(folder), 'model.safetensors');
  const { padId, startEcgId, endEcgId, firstCodeId } = vocabulary;
  for (const name of BY_ID) {
    const rows = llama.parameters.get(name);
    if (!rows || !file.names.includes(name)) continue;
    const { shape, data } = await file.read(name);
    const [count, width] = shape;
    if (width !== rows.shape[1]) {
      throw new ModelFolderError(
        `${folder}: ${name}: expected rows of ${rows.shape[1]} as the model's, found ${width}`,
      );
    }
    const text = Math.min(padId, startEcgId, endEcgId, firstCodeId, count);
    tf.tidy(() => {
      const base = tf.tensor2d((data as Float32Array).subarray(0, text * width), [text, width]);
      rows.assign(tf.concat([base, tf.slice(rows, [text, 0])]));
    });
  }
}
