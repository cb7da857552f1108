import { Generator } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import { type LlamaConfig, type LlamaOptions, llamaConfig } from './config.ts';
import { decode, head, type Model, outputWeight } from './decoder.ts';
import { LlamaError } from './errors.ts';
import { type GenerateOptions, greedy } from './generate.ts';
import { logProbabilities } from './log-probabilities.ts';
import { initialLora, loraNames, merged } from './lora.ts';
import type { Lora, LoraConfig } from './lora-config.ts';
import { resolveLora } from './lora-targets.ts';
import { type Batch, crossEntropy, scoredPositions } from './loss.ts';
import { draw, embeddingName, headName, type Parameters, parameterShapes, variable } from './parameters.ts';
import { checkVectors, initialProjector, type ProjectorConfig, type Vectors } from './projector.ts';

/** How a training loss is computed. */
export interface LossOptions {
  /** Drop inputs of the LoRA layers as this seed decides; without it nothing is dropped. Take a new one every step. */
  dropoutSeed?: number;
}

/**
 * A Llama in float32 on the active TensorFlow.js backend; choose one with useBackend from @heartllm/backend first.
 *
 * Made by {@link Llama.create} or loadLlama; holds its weights until {@link Llama.dispose}.
 */
export class Llama implements Model {
  /** The shape that the model has now: {@link Llama.resizeEmbeddings}, or an adapter that unties the output layer, changes it. */
  config: LlamaConfig;
  /**
   * All weights by name: Hugging Face's names for the base, PEFT's for LoRA, linear layers [out, in].
   *
   * `trainable` on a variable decides whether its gradient is computed, see {@link Llama.setTrainable}.
   */
  readonly parameters: Parameters;
  /** The LoRA, once there is one; null before, and once it is merged. */
  lora: Lora | null = null;
  /** Names of base weights that a loaded adapter replaced, whole or in rows: they are saved with it again. */
  readonly brought = new Set<string>();
  /** Tokens of a text at most, padding left out; at first the config's maxPositionEmbeddings. More is an error, unless this is raised. */
  maxLength: number;
  /** What takes vectors in the place of words; null where nothing does, see {@link Llama.addProjector}. */
  projector: ProjectorConfig | null = null;
  /** Where the base came from, written into adapter_config.json; null where that is not known. */
  baseName: string | null = null;

  /** Takes the variables over; use {@link Llama.create} or loadLlama. */
  constructor(config: LlamaConfig, parameters: Parameters) {
    this.config = config;
    this.parameters = parameters;
    this.maxLength = config.maxPositionEmbeddings;
  }

  /**
   * Random weights as transformers draws them: N(0, initializerRange), norms 1. All are trainable.
   *
   * @param seed the same one gives the same weights on every backend.
   * @throws LlamaError for sizes that are not whole numbers above 0 or do not fit together, naming the field.
   */
  static create(options: LlamaOptions, seed: number): Llama {
    const config = llamaConfig(options);
    const generator = new Generator(seed);
    const normal = () => config.initializerRange * generator.normal();
    const parameters: Parameters = new Map();
    for (const [name, shape] of parameterShapes(config)) {
      const size = shape.reduce((a, b) => a * b);
      const values = shape.length === 1 ? new Float32Array(size).fill(1) : draw(size, normal);
      parameters.set(name, variable(values, shape));
    }
    return new Llama(config, parameters);
  }

  /**
   * Cuts the vocabulary or adds rows drawn from N(0, initializerRange), in the embeddings and an untied output layer.
   *
   * Variables are replaced: optimizer states of the old ones are void.
   *
   * @param seed draws the rows that are added.
   * @throws LlamaError for a size that is no whole number above 0.
   */
  resizeEmbeddings(vocabSize: number, seed: number): void {
    const config = llamaConfig({ ...this.config, vocabSize });
    const generator = new Generator(seed);
    const normal = () => config.initializerRange * generator.normal();
    for (const name of [embeddingName, headName]) {
      const old = this.parameters.get(name);
      if (!old) continue;
      const [rows, width] = old.shape as [number, number];
      const resized = tf.tidy(() => {
        if (vocabSize <= rows) return tf.slice(old, [0, 0], [vocabSize, width]);
        const added = vocabSize - rows;
        return tf.concat([old, tf.tensor2d(draw(added * width, normal), [added, width])]);
      });
      this.parameters.set(name, tf.variable(resized, old.trainable));
      resized.dispose();
      old.dispose();
    }
    this.config = config;
  }

  /**
   * Adds fresh low-rank matrices and freezes everything else, as peft's get_peft_model does. The function computed is
   * still the same, as B starts at zero.
   *
   * @param seed draws A, uniform within 1 / sqrt(in).
   * @throws LlamaError when there is a LoRA already, targetModules matches nothing or something else than the linear layers
   *   of the decoder, a pattern is none of Python's, or a number is out of its range.
   */
  addLora(lora: LoraConfig, seed: number): void {
    if (this.lora) throw new LlamaError('the model has a LoRA already');
    const resolved = resolveLora(this.config, lora);
    this.setTrainable(() => false);
    for (const [name, value] of initialLora(resolved, seed)) this.parameters.set(name, value);
    this.lora = resolved;
  }

  /**
   * Lets the model take vectors in the place of a range of words, through a linear layer of their own, whose weights are
   * `projector.weight` [D, width] and `projector.bias` [D]. Trainable; the weight is drawn from N(0, initializerRange), the
   * bias is 0.
   *
   * @throws LlamaError when there is one already.
   */
  addProjector(config: ProjectorConfig, seed: number): void {
    if (this.projector) throw new LlamaError('the model has a projector already');
    const { hiddenSize, initializerRange } = this.config;
    for (const [name, value] of initialProjector(config, hiddenSize, initializerRange, seed)) {
      this.parameters.set(name, value);
    }
    this.projector = config;
  }

  /**
   * Adds the LoRA into the base weights: the same function with fewer steps, so faster to run and ready to export.
   *
   * The base weights stay frozen or trainable as they are.
   *
   * @throws LlamaError when there is no LoRA.
   */
  mergeLora(): void {
    const { lora, parameters } = this;
    if (!lora) throw new LlamaError('the model has no LoRA to merge');
    for (const [module, target] of lora.modules) {
      const weight = merged(module, parameters, target);
      parameters.get(`${module}.weight`)?.assign(weight);
      weight.dispose();
      for (const name of Object.values(loraNames(module))) {
        parameters.get(name)?.dispose();
        parameters.delete(name);
      }
    }
    this.lora = null;
  }

  /**
   * Chooses which weights train; gradients of the others are not computed.
   *
   * @param choose is asked for every weight, by its name in {@link Llama.parameters}.
   */
  setTrainable(choose: (name: string) => boolean): void {
    for (const [name, parameter] of this.parameters) parameter.trainable = choose(name);
  }

  /** The weights that train, by name: `tf.variableGrads(() => llama.loss(batch), [...llama.trainable().values()])`. */
  trainable(): Parameters {
    return new Map([...this.parameters].filter(([, parameter]) => parameter.trainable));
  }

  /**
   * Scores of every token of the vocabulary as the next one, after every token.
   *
   * @param inputIds [B][T], rows of one length.
   * @param attentionMask [B][T], 1 for tokens and 0 for padding; default all 1.
   * @param vectors in the place of words, for a model with a projector.
   * @returns [B, T, V] in float32, for the caller to dispose of.
   * @throws LlamaError for rows of different lengths, ids outside the vocabulary, more tokens than maxLength, a mask of other
   *   values than 0 and 1, and vectors that are not as many as the ids that they stand for.
   */
  logits(inputIds: number[][], attentionMask?: number[][], vectors?: Vectors): tf.Tensor3D {
    const mask = this.check(inputIds, attentionMask, vectors);
    return tf.tidy(() => {
      const scores = head(this, decode(this, inputIds, mask, undefined, undefined, vectors).hidden); // [B * T, V]
      return tf.reshape(scores, [inputIds.length, inputIds[0].length, this.config.vocabSize]) as tf.Tensor3D;
    });
  }

  /**
   * Mean cross-entropy in nats of predicting each label that is not -100 from the tokens before it; differentiable
   * in the trainable parameters.
   *
   * @throws LlamaError as {@link Llama.logits} does, for labels outside the vocabulary, and where no label counts.
   */
  loss({ inputIds, attentionMask, labels, vectors }: Batch, { dropoutSeed }: LossOptions = {}): tf.Scalar {
    const mask = this.check(inputIds, attentionMask, vectors);
    checkShape('labels', labels, inputIds);
    const { rows, targets } = scoredPositions(labels, this.config.vocabSize);
    const dropout = dropoutSeed === undefined ? undefined : new Generator(dropoutSeed);
    return tf.tidy(() => {
      const { hidden } = decode(this, inputIds, mask, undefined, dropout, vectors); // [B * T, D]
      const scored = tf.gather(hidden, tf.tensor1d(rows, 'int32')); // [M, D]
      return crossEntropy(scored, outputWeight(this), targets);
    });
  }

  /**
   * The attention weights of one pass, as transformers returns them for `output_attentions`: how much each token looked
   * at each of those up to itself. Row t is from the pass in which token t + 1 was predicted.
   *
   * One tensor per layer, [H, T, T], for the caller to dispose of; each row sums to 1. All of them are held at once,
   * 4 H T^2 bytes per layer: 3 MB with 4 heads and 430 tokens.
   *
   * @param inputIds [T]
   * @param vectors in the place of words, [n * width], for a model with a projector.
   * @throws LlamaError as {@link Llama.logits} does.
   */
  attentions(inputIds: number[], vectors?: Float32Array): tf.Tensor3D[] {
    const given = vectors && [vectors];
    const mask = this.check([inputIds], undefined, given);
    return tf.tidy(() => {
      const layers: tf.Tensor3D[] = [];
      decode(this, [inputIds], mask, undefined, undefined, given, (weights) => {
        layers.push(tf.squeeze(weights, [0])); // [H, T, T]
      });
      return layers;
    });
  }

  /**
   * log p of each label that is not -100 after the tokens before it, in nats: how likely a text is that is there already.
   *
   * What rows without padding begin with in common is computed once, so that many endings cost less than as many texts.
   *
   * @returns [M], row by row, one for each such label; for the caller to dispose of.
   * @throws LlamaError as {@link Llama.logits} does, for labels outside the vocabulary, and where no label counts.
   */
  logProbabilities(batch: Batch): tf.Tensor1D {
    const mask = this.check(batch.inputIds, batch.attentionMask, batch.vectors);
    checkShape('labels', batch.labels, batch.inputIds);
    return tf.tidy(() => logProbabilities(this, batch, mask));
  }

  /**
   * Greedy decoding, as transformers' `generate` with `do_sample=False`.
   *
   * @param inputIds [B][T], padded on the left, with attentionMask in the options when there is padding.
   * @returns [B][T + new], the input and what follows it, as transformers' generate returns it.
   * @throws LlamaError as {@link Llama.logits} does, where input and maxNewTokens together are more than maxLength, for
   *   padding on the right, for maxNewTokens that is no whole number, and where a logits processor leaves no token.
   */
  async generate(inputIds: number[][], options: GenerateOptions): Promise<number[][]> {
    const mask = this.check(inputIds, options.attentionMask, options.vectors, options.maxNewTokens);
    const rows = inputIds.map((row) => [...row]);
    for await (const column of greedy(this, inputIds, mask, options)) {
      column.forEach((id, b) => {
        rows[b].push(id);
      });
    }
    return rows;
  }

  /**
   * Greedy decoding of one sequence, id by id: only what is new, the end token included. Whoever leaves the loop stops it.
   *
   * @param inputIds [T]
   * @throws LlamaError as {@link Llama.generate} does.
   */
  async *stream(inputIds: number[], options: Omit<GenerateOptions, 'attentionMask'>): AsyncGenerator<number> {
    const mask = this.check([inputIds], undefined, options.vectors, options.maxNewTokens);
    for await (const [id] of greedy(this, [inputIds], mask, options)) yield id;
  }

  /** Frees all weights; the model can no longer be used. */
  dispose(): void {
    for (const parameter of this.parameters.values()) parameter.dispose();
    this.parameters.clear();
  }

  private check(inputIds: number[][], attentionMask?: number[][], vectors?: Vectors, more = 0): number[][] {
    if (!inputIds.length || !inputIds[0].length) throw new LlamaError('inputIds: expected at least one token');
    inputIds.forEach((row, b) => {
      if (row.length !== inputIds[0].length) {
        throw new LlamaError(
          `inputIds[${b}]: expected ${inputIds[0].length} ids as in row 0, found ${row.length}; pad on the left and give an attentionMask`,
        );
      }
      const bad = row.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= this.config.vocabSize);
      if (bad >= 0) {
        throw new LlamaError(
          `inputIds[${b}][${bad}]: expected an id below ${this.config.vocabSize}, found ${row[bad]}`,
        );
      }
    });
    checkVectors(this.projector, inputIds, vectors);
    const mask = attentionMask ?? inputIds.map((row) => row.map(() => 1));
    checkShape('attentionMask', mask, inputIds);
    mask.forEach((row, b) => {
      const bad = row.findIndex((value) => value !== 0 && value !== 1);
      if (bad >= 0) throw new LlamaError(`attentionMask[${b}][${bad}]: expected 0 or 1, found ${row[bad]}`);
      const tokens = row.reduce((sum, real) => sum + real, 0);
      if (tokens + more > this.maxLength) {
        throw new LlamaError(
          `inputIds[${b}]: ${tokens} tokens${more ? ` and ${more} to come` : ''}, expected at most ${this.maxLength} (max_position_embeddings); a higher maxLength allows more`,
        );
      }
    });
    return mask;
  }
}

function checkShape(what: string, rows: number[][], like: number[][]): void {
  if (rows.length !== like.length) {
    throw new LlamaError(`${what}: expected ${like.length} rows as in inputIds, found ${rows.length}`);
  }
  rows.forEach((row, b) => {
    if (row.length !== like[b].length) {
      throw new LlamaError(`${what}[${b}]: expected ${like[b].length} values as in inputIds, found ${row.length}`);
    }
  });
}
