import { Generator } from '@heartllm/backend';
import type { PtbXlRow } from '@heartllm/ecg-datasets';
import type { Batch } from '@heartllm/lora-llm';
import {
  type FinetuneRecipe,
  finetuneTask,
  type PretrainRecipe,
  pretrainTask,
  type TrainableSet,
  type TrainingTask,
} from '@heartllm/training';
import type { LanguageModel } from '../language-model.ts';
import { type LanguageData, languageData } from './language-data.ts';
import { answerExamples, forecastExamples } from './language-example.ts';
import type { PtbXlRecordings } from './ptbxl-recordings.ts';
import type { Views } from './tokenize-views.ts';

/** What a stage learns from, and what it is judged by. */
interface Split<T> {
  learn: T;
  held: T;
}

/** Questions and reports; `name` tells the draws of one part of the data from those of another. */
export function dataOf(
  recipe: PretrainRecipe | FinetuneRecipe,
  rows: PtbXlRow[],
  statements: PtbXlRecordings['statements'],
  views: Views,
  name: string,
): LanguageData {
  const { perRecord, seed } = recipe;
  const ofReports = 'reports' in recipe ? { reports: recipe.reports, background: recipe.background } : {};
  return languageData(rows, statements, views, { perRecord, seed: `${seed}/${name}`, ...ofReports });
}

/** The codes of all views of every ECG. */
export function codesOf(rows: PtbXlRow[], views: Views): ArrayLike<number>[] {
  return rows.flatMap((row) => views.get(row.ecgId)!.map(({ codes }) => codes));
}

/** The model that learns. */
interface Learner {
  language: LanguageModel;
  trainable: TrainableSet;
}

interface Plan {
  task: TrainingTask<Batch[]>;
  /** Whether it is validated, so that the best weights can be kept. */
  judged: boolean;
  /** HTML for the report. */
  examples: () => Promise<string>;
}

export function planPretrain(
  recipe: PretrainRecipe,
  { language, trainable }: Learner,
  { learn, held }: Split<LanguageData>,
  codes: Split<ArrayLike<number>[]> & { levels: number[] },
): Plan {
  const each = recipe.interviews;
  const generator = new Generator(`${recipe.seed}/mix`);
  const asked = generator.shuffle(held.interviews).slice(0, recipe.validate);
  const interviews = each > 0 ? { each, examples: learn.interviews, validation: asked } : undefined;
  const { llama, vocabulary } = language;
  return {
    task: pretrainTask({
      ...recipe,
      llama,
      vocabulary,
      trainable,
      interviews,
      ecgs: codes.learn,
      validation: codes.held,
    }),
    judged: codes.held.length > 0,
    examples: () => forecastExamples(language, codes.held, codes.levels),
  };
}

export function planFinetune(
  recipe: FinetuneRecipe,
  { language, trainable }: Learner,
  { learn, held }: Split<LanguageData>,
): Plan {
  const generator = new Generator(`${recipe.seed}/mix`);
  const validation = generator.shuffle([...held.questions, ...held.reports]).slice(0, recipe.validate);
  const examples = generator.shuffle([...learn.questions, ...learn.reports]);
  const { llama, vocabulary } = language;
  return {
    task: finetuneTask({ ...recipe, llama, vocabulary, trainable, examples, validation }),
    judged: validation.length > 0,
    examples: () => answerExamples(language, validation),
  };
}
