import { show } from '@heartllm/source';
import { mismatch } from './errors.ts';

/** Low-rank adaptation (Hu et al. 2021): W x + scale * B A x, in PEFT's terms. */
export interface LoraConfig {
  /** Rank of A and B. */
  r: number;
  /** What B A x counts: loraAlpha / r times, see useRslora. The published LoRA has 16 with r 64. */
  loraAlpha: number;
  /** Probability that an input of A is dropped during training; default 0. */
  loraDropout?: number;
  /**
   * Names such as 'q_proj', matched at the end of module names, where those of other models match nothing; or 'all-linear';
   * or a regular expression of Python for whole names, such as '.*\\.layers\\.1\\..*q_proj'.
   */
  targetModules: string[] | string;
  /** Scale by alpha / sqrt(r) instead of alpha / r (Kalajdzievski 2023); default false. */
  useRslora?: boolean;
  /** Other ranks by ends of module names, which may be regular expressions of Python; the first that matches counts. */
  rankPattern?: Readonly<Record<string, number>>;
  /** Other alphas, as the ranks. */
  alphaPattern?: Readonly<Record<string, number>>;
  /** The layers that get a LoRA, where targetModules are names; default null: all. */
  layersToTransform?: number | number[] | null;
  /** What stands before a layer's number in module names, a regular expression of Python each; default null: anything. */
  layersPattern?: string | string[] | null;
  /** Modules that get none, as targetModules name them; default null. */
  excludeModules?: string[] | string | null;
}

/** A linear layer with a LoRA. */
export interface LoraModule {
  /** Width of what it reads. */
  inputs: number;
  /** Width of what it gives. */
  outputs: number;
  /** Rank of its A and B. */
  r: number;
  /** The factor on B A x. */
  scale: number;
}

/** A LoRA with all of its settings, and what they come to in a model. */
export interface Lora extends Required<LoraConfig> {
  /** By names such as 'model.layers.0.self_attn.q_proj', in the model's order. */
  modules: ReadonlyMap<string, LoraModule>;
}

/** PEFT's defaults of what may be left out. */
export const loraDefaults = {
  loraDropout: 0,
  useRslora: false,
  rankPattern: {},
  alphaPattern: {},
  layersToTransform: null,
  layersPattern: null,
  excludeModules: null,
} satisfies Partial<LoraConfig>;

/** Checks the numbers of a LoRA, of which `file` speaks, unless the caller does. */
export function checkLora(lora: LoraConfig, file?: string): void {
  const { r, loraAlpha, loraDropout = 0, rankPattern = {}, alphaPattern = {}, targetModules } = lora;
  for (const [field, rank] of [['r', r], ...entries('rank_pattern', rankPattern)] as const) {
    if (!Number.isSafeInteger(rank) || rank < 1)
      throw mismatch({ file, field }, 'a whole number above 0', String(rank));
  }
  for (const [field, alpha] of [['lora_alpha', loraAlpha], ...entries('alpha_pattern', alphaPattern)] as const) {
    // as float32, which holds no larger ones
    if (!Number.isFinite(Math.fround(alpha))) throw mismatch({ file, field }, 'a number', String(alpha));
  }
  if (!(loraDropout >= 0 && loraDropout <= 1)) {
    throw mismatch({ file, field: 'lora_dropout' }, 'a probability', String(loraDropout));
  }
  const { layersToTransform: layers = null, layersPattern } = lora;
  if (layers !== null && typeof targetModules === 'string') {
    throw mismatch({ file, field: 'target_modules' }, 'a list, as layers_to_transform is there', show(targetModules));
  }
  if (layersPattern?.length && layers === null) {
    throw mismatch({ file, field: 'layers_to_transform' }, 'layers, as layers_pattern is there', 'nothing');
  }
}

function entries(field: string, pattern: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(pattern).map(([key, value]) => [`${field}.${key}`, value]);
}
