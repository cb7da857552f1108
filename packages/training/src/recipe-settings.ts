import { amount, choice, flag, type ValuesOf, whole, wholes } from './settings.ts';

/** What all three stages have; the defaults that differ are the published ones of each. */
const loop = (published: { epochs: number; batchSize: number; lr: number; patience: number; validate: number }) => ({
  /** Passes over the data, from 1; default 5 in stage 1, else 1. */
  epochs: whole(published.epochs, 1, 'passes over the data'),
  /** Ends after so many steps if the passes have more; default 0: it does not. */
  maxSteps: whole(0, 0, 'ends after so many steps; 0: after the passes'),
  /** Recordings (stages 1 and 2) or examples (stage 3) per step; default 200, 4 and 10. */
  batchSize: whole(published.batchSize, 1, 'recordings or examples per step'),
  /** Parts that the batch of a step is taken in, for less memory; default 1. */
  accumulate: whole(1, 1, 'parts that the batch of a step is taken in, for less memory'),
  /** Highest learning rate, above 0; default 2e-3 in stage 1, else 1e-4. */
  lr: amount(published.lr, 'learning rate'),
  /** How the learning rate falls to 0 after the warm-up; default 'constant': not at all. */
  schedule: choice(['constant', 'cosine', 'linear'], 'of the learning rate, which falls to 0 along it'),
  /** Steps over which the learning rate rises along a line; default 0. */
  warmup: whole(0, 0, 'steps over which the learning rate rises'),
  /** Highest 2-norm of all gradients of a step together; default 0: any. */
  clip: amount(0, 'highest 2-norm of the gradients, which are scaled down to it; 0: any', { off: true }),
  /** Ends after so many validations in a row without a better loss; 0: never. Default 3 in stage 1, else 0. */
  patience: whole(published.patience, 0, 'ends after so many validations without a better loss; 0: never'),
  /** Steps from one validation and checkpoint to the next; default 500. */
  every: whole(500, 1, 'steps from one validation and checkpoint to the next'),
  /** Recordings (stages 1 and 2) or examples (stage 3, interviews) to validate on, at most; 0: none. Default 64, 80 and 80. */
  validate: whole(published.validate, 0, 'recordings or examples of fold 9 to validate on, at most'),
  /** Of the weights, the order of the data and every random draw; default 0. */
  seed: whole(0, 0, 'of the weights, the order of the data and every random draw'),
});

/** Settings of stage 1, the tokenizer, each with meaning, default and check. */
export const tokenizerSettings = {
  ...loop({ epochs: 5, batchSize: 200, lr: 2e-3, patience: 3, validate: 64 }),
  /** The encoder: 'code', the default, is that of the published weights, 'paper' the one that the paper describes. */
  variant: choice(['code', 'paper'], 'of the encoder: that of the published weights, or that of the paper'),
  /** Levels of the quantizer for each of its dimensions, from 2; default 6 6 6 6, 1296 codes. */
  levels: wholes([6, 6, 6, 6], 2, 'of the quantizer, one number per dimension'),
  /** What keeps the quantizer's input in its range; default 'sigmoid', as published. */
  bound: choice(['sigmoid', 'tanh'], 'of the quantizer'),
  /** An encoder whose codes depend on no later sample, for streaming; default false. */
  causal: flag(false, 'an encoder whose codes depend on no later sample, for streaming'),
  /** Channels of every decoder layer, a multiple of 8; default 384. */
  decoderChannels: whole(384, 8, 'width of the decoder', 8),
  /** Samples of the random window of a recording that a step sees, a multiple of 16; default 0: all of it. */
  crop: whole(0, 0, 'samples of the random window of a recording that is trained on; 0: all of it', 16),
  /** Weight of a loss that spreads the codes over the codebook, beside the mean squared error; default 0: none. */
  spread: amount(0, 'weight of a loss that spreads the codes over the codebook; 0: none', { off: true }),
  /** Weight of a loss that tells the labels from the codes, beside the mean squared error; default 0: none. */
  diagnosis: amount(0, 'weight of a loss that tells the labels from the codes; 0: none', { off: true }),
};

const language = (published: { batchSize: number }) => ({
  ...loop({ ...published, epochs: 1, lr: 1e-4, patience: 0, validate: 80 }),
  /** 'lora', the default: LoRA and norms, in stage 2 embeddings too, as published. 'all': every weight. */
  train: choice(['lora', 'all'], 'LoRA and norms, or every weight'),
  /** Whether the embeddings of the ECG codes learn; default 'auto': yes, but not in stage 3 with LoRA. */
  ecgEmbeddings: choice(['auto', 'trained', 'frozen'], 'of the ECG codes; auto: trained, but not in stage 3 with LoRA'),
  /** Rank of a new LoRA, from 1; default 64. */
  loraR: whole(64, 1, 'rank of a new LoRA'),
  /** A new LoRA's output counts loraAlpha / loraR times; default 16. */
  loraAlpha: amount(16, 'of a new LoRA, whose output counts alpha / rank times'),
  /** Share of the inputs of a new LoRA that are dropped, 0 to below 1; default 0.05. */
  loraDropout: amount(0.05, 'share of the inputs of a new LoRA that are dropped', { off: true, below: 1 }),
  /** Questions per ECG, at most, from 1; default 8. */
  perRecord: whole(8, 1, 'questions per ECG, at most'),
  /** How often every ECG is tokenized: once as it is, else turned round by a random time; default 1. */
  views: whole(1, 1, 'codes of every ECG: as it is, and turned round by a random time'),
});

/** Settings of stage 2, forecasting; a batch is so many ECGs, each of which gives five windows. */
export const pretrainSettings = {
  ...language({ batchSize: 4 }),
  /** Steps of many questions about each ECG for every step of forecasting; default 0: none, as published. */
  interviews: whole(0, 0, 'steps of many questions about each ECG for every step of forecasting; 0: none'),
};

/** Settings of stage 3, questions and reports. */
export const finetuneSettings = {
  ...language({ batchSize: 10 }),
  /** Without discretization: what codes are rounded from, projected into the language model; default false. */
  continuous: flag(false, 'without discretization: what codes are rounded from, projected into the language model'),
  /** Age, sex, height and weight in the prompts of reports; default true. */
  background: flag(true, 'age, sex, height and weight in the prompts of reports'),
  /** Times that every report comes among the questions; default 1, 0: no reports. */
  reports: whole(1, 0, 'times that every report comes among the questions'),
};

/** A language model that starts from random weights; the vocabulary of ECG codes comes on top. */
export const llmSettings = {
  /** Width D of the residual stream, a multiple of twice the attention heads; default 128. */
  hiddenSize: whole(128, 2, 'width'),
  /** Width inside a SwiGLU layer; default 352. */
  intermediateSize: whole(352, 1, 'width inside a feed-forward layer'),
  /** Decoder layers; default 3. */
  numHiddenLayers: whole(3, 1, 'layers'),
  /** Query heads of a layer; default 2. */
  numAttentionHeads: whole(2, 1, 'attention heads'),
  /** Heads of keys and values, a divisor of the query heads, which share them; default 1. */
  numKeyValueHeads: whole(1, 1, 'heads of keys and values, which the attention heads share'),
  /** Longest prompt in tokens, for config.json; not enforced here; default 1024. */
  maxPositionEmbeddings: whole(1024, 1, 'longest prompt, in words'),
  /** Words of the vocabulary that is learned from the texts, from 258: all bytes, beginning and end of text; default 1000. */
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
