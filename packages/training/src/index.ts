/**
 * The three training stages of HeartLLM.
 *
 * ```ts
 * import { tokenizerTask, train } from '@heartllm/training';
 * for await (const event of train(tokenizerTask({ network, train: recordings }))) {
 *   if (event.type === 'step') console.log(event.step, event.loss);
 * }
 * ```
 */

export {
  CheckpointError,
  type Progress,
  previousCheckpoint,
  type Restored,
  type RunSettings,
  restoreCheckpoint,
  saveCheckpoint,
} from './checkpoint.ts';
export { codeSpread } from './code-spread.ts';
export { DataOrder } from './data-order.ts';
export { DiagnosisHead, type Labels, labelLoss, meanAuroc } from './diagnosis.ts';
export type { StartEvent, StepEvent, TrainingEvent, ValidationEvent } from './events.ts';
export type { BatchPart, Gradients } from './gradients.ts';
export {
  type FinetuneExample,
  type FinetuneTraining,
  finetuneTask,
  type PretrainTraining,
  pretrainTask,
} from './language-tasks.ts';
export { Adam, type AdamOptions } from './optimizer.ts';
export {
  type FinetuneRecipe,
  type LlmRecipe,
  type NewLlmRecipe,
  type PretrainRecipe,
  parseRecipe,
  type Recipe,
  RecipeError,
  readRecipe,
  type TokenizerRecipe,
} from './recipe.ts';
export { type LearningRates, learningRate, type Schedule } from './schedule.ts';
export { type SignalBatch, type SignalSet, type TokenizerTraining, tokenizerTask } from './tokenizer-task.ts';
export { type CheckpointOptions, type TrainingTask, type TrainOptions, train } from './train.ts';
export type { EcgEmbeddings, TrainableSet } from './trainable.ts';
