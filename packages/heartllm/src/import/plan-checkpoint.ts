import { choosePrefix } from './choose-prefix.ts';
import { ImportError } from './import-error.ts';
import type { Checkpoint, CheckpointTensor } from './open-checkpoint.ts';

/** The matrices of a module's LoRA: [r, in] and [out, r]. */
export interface LoraPair {
  a: CheckpointTensor;
  b: CheckpointTensor;
}

/** The language model in a checkpoint, by Hugging Face's names. */
export interface LanguagePlan {
  /** 'model.layers.0.self_attn.q_proj.weight' and the like, those that LoRA adapts as they were before. */
  base: Map<string, CheckpointTensor>;
  /** By module, 'model.layers.0.self_attn.q_proj'; empty where there is no LoRA. */
  lora: Map<string, LoraPair>;
  /** Where its names begin in the checkpoint. */
  prefix: string;
}

/** The embeddings, which every Llama has, as they are or in one of PEFT's wrappers. */
const EMBEDDINGS = /^((?:.*\.)?)embed_tokens(?:\.(?:base_layer|original_module|modules_to_save\.[^.]+))?\.weight$/;
/** What bitsandbytes stores beside a packed weight, and which kind it is. */
const PACKED =
  /\.(?:absmax|quant_map|nested_absmax|nested_quant_map|quant_state\.bitsandbytes__(nf4|fp4)|SCB|weight_format)$/;
/** Buffers of older transformers, which are computed again. */
const DERIVED = /\.rotary_emb\.inv_freq$/;

/**
 * Finds the language model in a state dict of the published finetuning: a Llama under 'llm_model.', wrapped by PEFT, so that weights with a LoRA are
 * called `base_layer` and its matrices `lora_A.default`. A Llama without LoRA, of another prefix, or with modules that were saved in full, too.
 *
 * @throws ImportError where there is none, or one of another form: quantized, with another adapter than plain LoRA or with several; naming the tensor
 */
export function planCheckpoint({ file, tensors, others }: Checkpoint, prefix?: string): LanguagePlan {
  const heads = [...tensors.keys()].flatMap((name) => EMBEDDINGS.exec(name)?.slice(1) ?? []);
  if (!heads.length) throw new ImportError(`${file}: holds no Llama, there is no tensor model.embed_tokens.weight`);
  const head = choosePrefix([...new Set(heads)], prefix, 'a Llama', file);
  // LlamaForCausalLM calls its decoder 'model' and has a head beside it, LlamaModel is the decoder alone
  const inner = /(?:^|\.)model\.$/.test(head);
  const outer = inner ? head.slice(0, -'model.'.length) : head;
  const plan: LanguagePlan = { base: new Map(), lora: new Map(), prefix: outer };
  const halves = new Map<string, Partial<LoraPair>>();
  const adapters = new Set<string>();
  const saved = new Map<string, CheckpointTensor>();

  const isPart = (name: string) => name.startsWith(head) || name.startsWith(`${outer}lm_head.`);
  const named = [...tensors].filter(([name]) => isPart(name));
  refuseUnread(
    file,
    [...others].filter(([name]) => isPart(name)),
  );
  refusePacked(
    file,
    named.map(([name]) => name),
  );
  for (const [name, tensor] of named) {
    const own = inner ? name.slice(outer.length) : `model.${name.slice(head.length)}`;
    const lora = /^(.+)\.lora_([AB])\.([^.]+)\.weight$/.exec(own);
    const full = /^(.+)\.modules_to_save\.([^.]+)\.weight$/.exec(own);
    if (DERIVED.test(own)) continue;
    if (lora) {
      const [, module, side, adapter] = lora;
      halves.set(module, { ...halves.get(module), [side === 'A' ? 'a' : 'b']: tensor });
      adapters.add(adapter);
    } else if (full) {
      saved.set(`${full[1]}.weight`, tensor);
      adapters.add(full[2]);
    } else if (/\.lora_|\.ia3_|\.trainable_tokens|\.token_adapter\./.test(own)) {
      throw new ImportError(
        `${file}: tensor ${tensor.stored} is of another adapter than plain LoRA, which is not read`,
      );
    } else {
      const plain = own.replace(/\.(?:base_layer|original_module)\.weight$/, '.weight');
      if (plan.base.has(plain)) throw new ImportError(`${file}: holds ${plain} twice, once as ${tensor.stored}`);
      plan.base.set(plain, tensor);
    }
  }
  if (adapters.size > 1) throw new ImportError(`${file}: expected one adapter, found ${[...adapters].join(', ')}`);
  for (const [name, tensor] of saved) plan.base.set(name, tensor); // what was trained in full takes the place of the original
  for (const [module, { a, b }] of halves) {
    if (!a || !b)
      throw new ImportError(`${file}: ${module} has only one matrix of its LoRA, expected lora_A and lora_B`);
    plan.lora.set(module, { a, b });
  }
  return plan;
}

function refuseUnread(file: string, unread: [string, string][]): void {
  if (unread.length) throw new ImportError(`${file}: tensor ${unread[0][0]} is ${unread[0][1]}, which is not read`);
}

/** Packed weights are told by what lies beside them, tensor by tensor. */
function refusePacked(file: string, names: string[]): void {
  const packed = names.filter((name) => PACKED.test(name));
  if (!packed.length) return;
  const kind = packed.some((name) => name.endsWith('.SCB'))
    ? '8 bits'
    : packed.some((name) => name.endsWith('__fp4'))
      ? 'FP4'
      : 'NF4';
  const weights = new Set(
    packed.map((name) =>
      name.replace(/(?:\.weight)?\.(?:absmax|quant_map|nested_\w+|quant_state\..+|SCB|weight_format)$/, ''),
    ),
  );
  throw new ImportError(
    `${file}: ${weights.size} weights are quantized by bitsandbytes (${kind}; ${packed[0]}), which is not read: dequantize them in PyTorch and torch.save the state dict again`,
  );
}
