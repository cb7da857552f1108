import { folderSource } from '@heartllm/ecg-io/node';
import { type Llama, loadLlama, openBaseWeights } from '@heartllm/lora-llm';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { readVocabulary } from '../language-model.ts';
import { ModelFolderError } from '../model-manifest.ts';

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
 * Gives the words of text the rows of the base model back, in the embeddings and in an output layer of its own, which
 * training on ECG codes alone has moved; what is above them stays as it is.
 *
 * @throws ModelFolderError when the base is of another width
 */
export async function resetText(llama: Llama, vocabulary: EcgVocabulary, folder: string): Promise<void> {
  const { config, read } = await openBaseWeights(folderSource(folder));
  const { padId, startEcgId, endEcgId, firstCodeId } = vocabulary;
  const { vocabSize: count, hiddenSize: width } = config;
  if (width !== llama.config.hiddenSize) {
    throw new ModelFolderError(
      `${folder}: embeddings: expected rows of ${llama.config.hiddenSize} as the model's, found ${width}`,
    );
  }
  const text = Math.min(padId, startEcgId, endEcgId, firstCodeId, count);
  for (const name of ['model.embed_tokens.weight', 'lm_head.weight']) {
    const rows = llama.parameters.get(name);
    if (!rows) continue;
    const data = await read(name); // where the base has no output layer of its own, its embeddings
    tf.tidy(() => {
      const base = tf.tensor2d(data.subarray(0, text * width), [text, width]);
      rows.assign(tf.concat([base, tf.slice(rows, [text, 0])]));
    });
  }
}
