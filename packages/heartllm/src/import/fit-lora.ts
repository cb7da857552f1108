import type { Weight } from '../export/write-weights.ts';
import { weight } from './fit-base.ts';
import { ImportError } from './import-error.ts';
import type { Checkpoint } from './open-checkpoint.ts';
import type { LanguagePlan } from './plan-checkpoint.ts';

/** A LoRA in PEFT's form on its way into a model folder. */
export interface FittedLora {
  weights: Weight[];
  /** adapter_config.json. */
  config: Record<string, unknown>;
  r: number;
}

/**
 * Turns the LoRA of a checkpoint into a PEFT adapter. The rank is told by the shapes; alpha, dropout and whether alpha counts by the root of the rank
 * are not in a state dict: dropout, which plays no part in a trained model, is the published 0.05, and alpha counts by the rank.
 *
 * @param alpha of the finetuning
 * @throws ImportError for matrices that do not fit the weight they adapt
 */
export function fitLora(checkpoint: Checkpoint, { base, lora }: LanguagePlan, alpha: number): FittedLora {
  const weights: Weight[] = [];
  const ranks = new Map<string, number>();
  for (const [module, { a, b }] of lora) {
    const [outputs, inputs] = base.get(`${module}.weight`)?.shape ?? [];
    const [r] = a.shape;
    if (!/^model\.layers\.\d+\.(self_attn|mlp)\./.test(module)) {
      throw new ImportError(`${checkpoint.file}: tensor ${a.stored}: a LoRA of ${module} is not supported`);
    }
    const fits = a.shape.join() === `${r},${inputs}` && b.shape.join() === `${outputs},${r}`;
    if (!fits) {
      throw new ImportError(
        `${checkpoint.file}: ${module}: a LoRA of [${a.shape}] and [${b.shape}] does not fit a weight of [${outputs},${inputs}]`,
      );
    }
    ranks.set(module, r);
    weights.push(weight(checkpoint, `base_model.model.${module}.lora_A.weight`, a));
    weights.push(weight(checkpoint, `base_model.model.${module}.lora_B.weight`, b));
  }
  const r = mostFrequent([...ranks.values()]);
  const others = [...ranks].filter(([, rank]) => rank !== r);
  const config = {
    alpha_pattern: {},
    base_model_name_or_path: 'llm',
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0.05,
    modules_to_save: null,
    peft_type: 'LORA',
    r,
    rank_pattern: Object.fromEntries(others),
    target_modules: targets([...lora.keys()], [...base.keys()]),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: false,
  };
  return { weights, config, r };
}

function mostFrequent(values: number[]): number {
  const count = (value: number) => values.filter((other) => other === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best));
}

/** 'q_proj' where every layer's has a LoRA, as PEFT's users write it; else whole names. */
function targets(modules: string[], weights: string[]): string[] {
  const leaf = (name: string) => name.split('.').at(-1) as string;
  const leaves = [...new Set(modules.map(leaf))];
  const matched = weights.map((name) => name.replace(/\.weight$/, '')).filter((name) => leaves.includes(leaf(name)));
  return matched.length === modules.length ? leaves : modules;
}
