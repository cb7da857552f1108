import { amount, choice, flag, type ValuesOf, whole, wholes } from './settings.ts';

/** What all three stages have; the defaults that differ are the published ones of each. */
const loop = (published: { epochs: number; batchSize: number; lr: number; patience: number; validate: number }) => ({
  epochs: whole(published.epochs, 1, 'passes over the data'),
  maxSteps: whole(0, 0, 'ends after so many steps; 0: after the passes'),
  batchSize: whole(published.batchSize, 1, 'recordings or examples per step'),
  accumulate: whole(1, 1, 'parts that the batch of a step is taken in, for less memory'),
  lr: amount(published.lr, 'learning rate'),
  schedule: choice(['constant', 'cosine', 'linear'], 'of the learning rate, which falls to 0 along it'),
  warmup: whole(0, 0, 'steps over which the learning rate rises'),
  clip: amount(0, 'highest 2-norm of the gradients, which are scaled down to it; 0: any', { off: true }),
  patience: whole(published.patience, 0, 'ends after so many validations without a better loss; 0: never'),
  every: whole(500, 1, 'steps from one validation and checkpoint to the next'),
  validate: whole(published.validate, 0, 'recordings or examples of fold 9 to validate on, at most'),
  seed: whole(0, 0, 'of the weights, the order of the data and every random draw'),
});

/** Stage 1. */
export const tokenizerSettings = {
  ...loop({ epochs: 5, batchSize: 200, lr: 2e-3, patience: 3, validate: 64 }),
  variant: choice(['code', 'paper'], 'of the encoder: that of the published weights, or that of the paper'),
  levels: wholes([6, 6, 6, 6], 2, 'of the quantizer, one number per dimension'),
  bound: choice(['sigmoid', 'tanh'], 'of the quantizer'),
  causal: flag(false, 'an encoder whose codes depend on no later sample, for streaming'),
  decoderChannels: whole(384, 4, 'width of the decoder'),
  crop: whole(0, 0, 'samples of the random window of a recording that is trained on; 0: all of it', 16),
  spread: amount(0, 'weight of a loss that spreads the codes over the codebook; 0: none', { off: true }),
  diagnosis: amount(0, 'weight of a loss that tells the labels from the codes; 0: none', { off: true }),
};

const language = (published: { batchSize: number }) => ({
  ...loop({ ...published, epochs: 1, lr: 1e-4, patience: 0, validate: 80 }),
  train: choice(['lora', 'all'], 'LoRA and norms, or every weight'),
  ecgEmbeddings: choice(['auto', 'trained', 'frozen'], 'of the ECG codes; auto: trained, but not in stage 3 with LoRA'),
  loraR: whole(64, 1, 'rank of a new LoRA'),
  loraAlpha: amount(16, 'of a new LoRA, whose output counts alpha / rank times'),
  loraDropout: amount(0.05, 'share of the inputs of a new LoRA that are dropped', { off: true, below: 1 }),
  perRecord: whole(8, 1, 'questions per ECG, at most'),
  views: whole(1, 1, 'codes of every ECG: as it is, and turned round by a random time'),
});

/** Stage 2; a batch is so many ECGs, each of which gives five windows. */
export const pretrainSettings = {
  ...language({ batchSize: 4 }),
  interviews: whole(0, 0, 'steps of many questions about each ECG for every step of forecasting; 0: none'),
};

/** Stage 3. */
export const finetuneSettings = {
  ...language({ batchSize: 10 }),
  continuous: flag(false, 'without discretization: what codes are rounded from, projected into the language model'),
  background: flag(true, 'age, sex, height and weight in the prompts of reports'),
  reports: whole(1, 0, 'times that every report comes among the questions'),
};

/** A language model that starts from random weights; the vocabulary of ECG codes comes on top. */
export const llmSettings = {
  hiddenSize: whole(128, 2, 'width'),
  intermediateSize: whole(352, 1, 'width inside a feed-forward layer'),
  numHiddenLayers: whole(3, 1, 'layers'),
  numAttentionHeads: whole(2, 1, 'attention heads'),
  numKeyValueHeads: whole(1, 1, 'heads of keys and values, which the attention heads share'),
  maxPositionEmbeddings: whole(1024, 1, 'longest prompt, in words'),
  textWords: whole(1000, 258, 'words of text'),
};

/** Settings of stage 1, the tokenizer; all of them, with the published values where a recipe names none. */
export type TokenizerRecipe = ValuesOf<typeof tokenizerSettings>;
/** Settings of stage 2, forecasting of ECG codes. */
export type PretrainRecipe = ValuesOf<typeof pretrainSettings>;
/** Settings of stage 3, questions and reports. */
export type FinetuneRecipe = ValuesOf<typeof finetuneSettings>;
/** Sizes of a language model that begins with random weights. */
export type NewLlmRecipe = ValuesOf<typeof llmSettings>;
