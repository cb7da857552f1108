import type { Sayings } from '@heartllm/constrain';
import { Words } from '@heartllm/constrain';
import type { Source } from '@heartllm/ecg-io';
import type { Fsq } from '@heartllm/fsq-tokenizer';
import { type Llama, type LlamaConfig, type LogitsProcessor, loadLlama } from '@heartllm/lora-llm';
import { exists, jsonObject, readJson } from '@heartllm/source';
import { EcgVocabulary, padPrompts, type TokenizerJson } from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { ModelFolderError, type ModelManifest } from './model-manifest.ts';
import type { EcgInput, Generated } from './results.ts';

/** Labels that are not to be predicted. */
const IGNORED = -100;

/** The language model of a model folder with its vocabulary. */
export class LanguageModel {
  /** The weights; `load` leaves a LoRA beside the base, `HeartLlm.language` adds it into the base. */
  readonly llama: Llama;
  /** Words of text and of ECG codes; its ids are those of prompts and answers. */
  readonly vocabulary: EcgVocabulary;
  /** The quantizer that the codes come from. */
  readonly fsq: Fsq;
  #words: Words | undefined;

  /** Takes both over; a model folder's come with {@link LanguageModel.load}. */
  constructor(llama: Llama, vocabulary: EcgVocabulary, fsq: Fsq) {
    this.llama = llama;
    this.vocabulary = vocabulary;
    this.fsq = fsq;
  }

  /**
   * Loads the language model of a model folder: base, adapter and projector, as far as they are there.
   *
   * @param source the model folder
   * @param fsq the tokenizer's quantizer
   * @throws ModelFolderError when the folder holds no language model, or one for another codebook; LlamaError and VocabularyError
   *   for files that this runtime cannot take
   */
  static async load(source: Source, { name, contents }: ModelManifest, fsq: Fsq): Promise<LanguageModel> {
    const codes = fsq.codebookSize;
    const folder = contents.llm;
    if (!folder) {
      throw new ModelFolderError(`model ${name} holds an ECG tokenizer only, no language model to ask`);
    }
    const vocabulary = await readVocabulary(source, folder);
    if (vocabulary.codes !== codes) {
      throw new ModelFolderError(
        `${folder}/tokenizer.json: ${vocabulary.codes} ECG codes, the ECG tokenizer has ${codes}`,
      );
    }
    const { adapter, projector } = contents;
    const llama = await loadLlama(source, { folder, adapter, projector });
    if (llama.config.vocabSize < vocabulary.firstCodeId + codes) {
      throw new ModelFolderError(
        `${folder}: ${llama.config.vocabSize} embedding rows, the vocabulary with ECG codes needs ${vocabulary.size}`,
      );
    }
    const { firstId, count, width } = llama.projector ?? {
      firstId: vocabulary.firstCodeId,
      count: codes,
      width: fsq.levels.length,
    };
    if (firstId !== vocabulary.firstCodeId || count !== codes || width !== fsq.levels.length) {
      throw new ModelFolderError(
        `${projector}: vectors of ${width} for ids ${firstId} to ${firstId + count - 1}, the ECG codes have ${fsq.levels.length} dimensions and begin at ${vocabulary.firstCodeId}`,
      );
    }
    return new LanguageModel(llama, vocabulary, fsq);
  }

  /** What a text ends with, see {@link endIds}. */
  get endIds(): number[] {
    return endIds(this.vocabulary, this.llama.config);
  }

  /** Whether it takes points in the place of codes. */
  get continuous(): boolean {
    return this.llama.projector !== null;
  }

  /**
   * Continues a prompt greedily up to the end of text, or as far as the model reads (max_position_embeddings).
   *
   * @param prompt ids of the vocabulary, as `questionPrompt` and `reportPrompt` of @heartllm/vocab-bridge make them
   * @param ecg whose codes are in the prompt, for a model that takes points
   * @param sayings all that may be written
   * @throws VocabularyError where sayings are given and the vocabulary is no byte-level BPE's
   */
  async generate(prompt: number[], maxNewTokens: number, ecg?: EcgInput, sayings?: Sayings): Promise<Generated> {
    const start = performance.now();
    let generated = written('', prompt, 0, start);
    for await (generated of this.stream(prompt, maxNewTokens, ecg, sayings)); // the last one is the whole
    return generated;
  }

  /**
   * The same word by word: all that is written so far, after every token. Whoever stops listening stops the model. What
   * `maxNewTokens` cuts off is cut back to the last place where the sayings let it end.
   */
  async *stream(
    prompt: number[],
    maxNewTokens: number,
    ecg?: EcgInput,
    sayings?: Sayings,
  ): AsyncGenerator<Generated, void, undefined> {
    const start = performance.now();
    const ids: number[] = [];
    for await (const id of this.#ids(prompt, maxNewTokens, ecg, sayings)) {
      ids.push(id);
      const text = this.vocabulary.decodeText(ids).trim();
      const isCut = ids.length === this.#room(prompt.length, maxNewTokens) && !this.endIds.includes(id);
      yield written(isCut && sayings ? sayings.settle(text) : text, prompt, ids.length, start);
    }
  }

  /** The ids that {@link LanguageModel.generate} continues a prompt with, the end of text among them if it came. */
  async write(prompt: number[], maxNewTokens: number, ecg?: EcgInput, sayings?: Sayings): Promise<number[]> {
    const ids: number[] = [];
    for await (const id of this.#ids(prompt, maxNewTokens, ecg, sayings)) ids.push(id);
    return ids;
  }

  /**
   * Attention of a text over itself, the mean over the heads of each layer.
   *
   * @param ids [T]
   * @param ecg whose codes are in it, for a model that takes points
   * @returns [T * T] by rows for each layer: row t is how much token t looked at each, 0 behind it; rows sum to 1
   */
  async meanAttentions(ids: number[], ecg?: EcgInput): Promise<Float32Array[]> {
    const means = tf.tidy(() => {
      const layers = this.llama.attentions(ids, this.#vectors(ecg && [ecg]).vectors?.[0]); // [H, T, T] each
      return layers.map((layer) => tf.mean(layer, 0)); // [T, T]
    });
    const values = await Promise.all(means.map((mean) => mean.data()));
    tf.dispose(means);
    return values as Float32Array[];
  }

  /**
   * log p of an ending after each of several prompts of one length, in nats, all at once.
   *
   * @param prompts [B][T]
   * @param ending ids, at least one
   * @param ecgs whose codes are in the prompts, for a model that takes points
   */
  async logProbabilities(prompts: number[][], ending: number[], ecgs?: EcgInput[]): Promise<number[]> {
    const labels = prompts.map((prompt) => [...prompt.map(() => IGNORED), ...ending]);
    const inputIds = prompts.map((prompt) => [...prompt, ...ending]); // [B][T]
    const perRow = tf.tidy(() => {
      const each = this.llama.logProbabilities({ inputIds, labels, ...this.#vectors(ecgs) }); // [B * ending]
      return tf.sum(tf.reshape(each, [prompts.length, ending.length]), 1); // [B]
    });
    const sums = Array.from(await perRow.data());
    perRow.dispose();
    await turn();
    return sums;
  }

  /**
   * Continues prompts of any lengths greedily, all at once.
   *
   * @param weighed ids whose logits as the first new token are wanted
   * @param ecgs whose codes are in the prompts, for a model that takes points
   * @param sayings all that may be written behind each prompt; what is cut off is cut back as in {@link LanguageModel.stream}
   * @returns in the order of the prompts
   * @throws VocabularyError as {@link LanguageModel.generate}
   */
  async generateBatch(
    prompts: number[][],
    maxNewTokens: number,
    weighed: number[] = [],
    ecgs?: EcgInput[],
    sayings?: Sayings[],
  ): Promise<
    {
      /** As in {@link Generated}. */
      text: string;
      /** Of the ids of `weighed`, in their order, before sayings forbid any; empty where none was asked for. */
      firstLogits: number[];
    }[]
  > {
    if (!prompts.length) return [];
    const { padId } = this.vocabulary;
    const { inputIds, attentionMask } = padPrompts(this.vocabulary, prompts); // [B][T]
    let logits: number[][] = prompts.map(() => []);
    const take = (first: number[][]) => {
      logits = first;
    };
    const longest = prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0);
    const rows = await this.llama.generate(inputIds, {
      maxNewTokens: this.#room(longest, maxNewTokens),
      attentionMask,
      eosTokenId: this.endIds,
      padTokenId: padId,
      ...this.#vectors(ecgs),
      ...(weighed.length > 0 && { firstLogits: { ids: weighed, take } }),
      ...this.#only(sayings),
    });
    return rows.map((row, b) => {
      const text = this.vocabulary.decodeText(row.slice(inputIds[b].length)).trim();
      return { text: sayings ? sayings[b].settle(text) : text, firstLogits: logits[b] };
    });
  }

  #only(sayings: Sayings[] | undefined): { logitsProcessor?: LogitsProcessor[] } {
    if (!sayings) return {};
    this.#words ??= new Words(this.vocabulary);
    return { logitsProcessor: [this.#words.sayOnly(sayings)] };
  }

  async *#ids(
    prompt: number[],
    maxNewTokens: number,
    ecg: EcgInput | undefined,
    sayings?: Sayings,
  ): AsyncGenerator<number> {
    const { padId } = this.vocabulary;
    const more = { ...this.#vectors(ecg && [ecg]), ...this.#only(sayings && [sayings]) };
    const ends = {
      maxNewTokens: this.#room(prompt.length, maxNewTokens),
      eosTokenId: this.endIds,
      padTokenId: padId,
    };
    for await (const id of this.llama.stream(prompt, { ...ends, ...more })) {
      await turn();
      yield id;
    }
  }

  /** How many of so many new tokens a prompt leaves room for; one that leaves none is for the model to refuse. */
  #room(promptTokens: number, maxNewTokens: number): number {
    return Math.max(Math.min(maxNewTokens, this.llama.maxLength - promptTokens), Math.min(maxNewTokens, 1));
  }

  /** Codes whose points are not known, as those of a control, stand for the values that they are rounded to. */
  #vectors(ecgs: EcgInput[] | undefined): { vectors?: Float32Array[] } {
    if (!this.continuous || !ecgs) return {};
    return { vectors: ecgs.map(({ codes, points }) => points ?? this.fsq.indicesToCodes(codes)) };
  }

  /** Frees the weights. */
  dispose(): void {
    this.llama.dispose();
  }
}

/** What a text ends with: the vocabulary's end of text, and whatever else the settings of the language model name. */
export function endIds({ eosId }: EcgVocabulary, { eosTokenIds }: Pick<LlamaConfig, 'eosTokenIds'>): number[] {
  return [...new Set([eosId, ...eosTokenIds])];
}

/** @param start when the model began to read the prompt, of performance.now() */
function written(text: string, prompt: number[], generatedTokens: number, start: number): Generated {
  const seconds = (performance.now() - start) / 1000;
  return { text, promptTokens: prompt.length, generatedTokens, tokensPerSecond: generatedTokens / seconds };
}

/**
 * The vocabulary of a Hugging Face folder.
 *
 * @param folder inside the source; '' for the source itself
 * @param codes by default as many as the tokenizer holds, 1296 for one of text
 */
export async function readVocabulary(source: Source, folder: string, codes?: number): Promise<EcgVocabulary> {
  const at = (name: string) => (folder ? `${folder}/${name}` : name);
  const tokenizerJson = await readJson<TokenizerJson>(source, at('tokenizer.json'));
  const namesFile = at('tokenizer_config.json');
  const names = (await exists(source, namesFile)) ? jsonObject(await readJson(source, namesFile), namesFile) : {};
  return new EcgVocabulary(tokenizerJson, {
    codes,
    bosToken: word(names.bos_token),
    eosToken: word(names.eos_token),
  });
}

/** A word of tokenizer_config.json, which is a string or an object that holds it. */
function word(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
}

/** In Node lets Ctrl-C and timers through: backends on the CPU never wait, and would keep them out until the last token. */
function turn(): Promise<void> {
  return new Promise((resolve) => (typeof setImmediate === 'function' ? setImmediate(resolve) : resolve()));
}
