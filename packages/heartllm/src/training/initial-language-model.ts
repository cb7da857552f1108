import type { Source } from '@heartllm/ecg-io';
import type { NewLlmRecipe } from '@heartllm/training';
import { LanguageModel } from '../language-model.ts';
import type { HeartLlm } from '../pipeline.ts';
import { loadBase, resetText } from './base-language-model.ts';
import type { LanguageData } from './language-data.ts';
import { newLanguageModel } from './new-language-model.ts';
import type { LanguageRun } from './train-language.ts';

/** Where the published LoRA is. */
const PROJECTIONS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];

/**
 * The language model that a stage begins with: the model folder's, or the base's, or a new one; with the LoRA that is to
 * learn, and the projector where there is to be no discretization.
 */
export async function initialLanguageModel(
  { stage, recipe, llm, base }: LanguageRun,
  { manifest, tokenizer }: HeartLlm,
  source: Source,
  learn: LanguageData,
): Promise<LanguageModel> {
  const { fsq } = tokenizer;
  const codes = fsq.codebookSize;
  const { seed, loraR: r, loraAlpha, loraDropout } = recipe;
  const { llama, vocabulary } = manifest.contents.llm
    ? await LanguageModel.load(source, manifest, fsq)
    : base
      ? await loadBase(base, codes, seed)
      : newLanguageModel(learn, codes, seed, llm as NewLlmRecipe);
  if (stage === 'finetune' && base) await resetText(llama, vocabulary, base);
  if (recipe.train === 'lora' && !llama.lora) {
    llama.addLora({ r, loraAlpha, loraDropout, targetModules: PROJECTIONS }, seed);
  }
  if (isContinuous(recipe) && !llama.projector) {
    llama.addProjector({ firstId: vocabulary.firstCodeId, count: codes, width: fsq.levels.length }, seed);
  }
  llama.baseName ??= 'llm';
  return new LanguageModel(llama, vocabulary, fsq);
}

/** Whether a stage trains without discretization. */
export function isContinuous(recipe: LanguageRun['recipe']): boolean {
  return 'continuous' in recipe && recipe.continuous;
}
