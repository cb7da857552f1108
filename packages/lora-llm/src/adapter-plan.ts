import type { Safetensors } from '@heartllm/safetensors';
import type { AdapterConfig } from './adapter-config.ts';
import type { LlamaConfig } from './config.ts';
import { mismatch } from './errors.ts';
import { loraNames } from './lora.ts';
import type { Lora } from './lora-config.ts';
import { resolveLora } from './lora-targets.ts';
import { embeddingName, headName, moduleOf, parameterShapes, adapterPrefix as prefix } from './parameters.ts';
import { checkWeight, type NamedWeights, namedWeights } from './read-weights.ts';
import { type TokenRows, tokenRows } from './token-rows.ts';

/** What an adapter does to a base; all of it is in the file, with the right shapes. */
export interface AdapterPlan {
  lora: Lora;
  weights: NamedWeights;
  /** Names in {@link AdapterPlan.weights} of weights that stand in the place of the base's, by theirs; in the base's order. */
  beneath: [name: string, base: string][];
  /** Base weights that the adapter trained in full, by the base's names. */
  inFull: string[];
  rows: TokenRows[];
  /** Tied embeddings become two matrices. */
  unties: boolean;
}

/** Where a base weight is that PEFT put a module around: inside of it, `around` the name of the module's own weight. */
const inner = /\.(?:original_module|base_layer|token_adapter\.base_layer)\.weight$/;
/** The name that a tensor carries when the adapter's own has not been taken out of it. */
const adapterName = /\.(lora_[AB]|modules_to_save|trainable_tokens_delta)\.default(?=\.|$)/;

/** The name of a base weight that lies inside of a wrapped module, beside which the module's own may be. */
const inside = (name: string) => `${name} inside`;
export const deltaName = (name: string) => `${prefix}${moduleOf(name)}.token_adapter.trainable_tokens_delta`;

/**
 * Finds out what an adapter does, as peft does it.
 *
 * @param file of the adapter's tensors; `path` is where it is, for messages.
 * @throws LlamaError for tensors that are missing, unknown or of the wrong shape, naming both sizes where the vocabularies
 *   differ, and for settings that do not fit the model.
 */
export function planAdapter(config: LlamaConfig, adapter: AdapterConfig, file: Safetensors, path: string): AdapterPlan {
  const lora = resolveLora(config, adapter.lora, adapter.modulesToSave, adapter.file);
  const base = parameterShapes({ ...config, tieWordEmbeddings: false });
  const shapes = new Map<string, number[]>();
  for (const [module, { inputs, outputs, r }] of lora.modules) {
    const { a, b } = loraNames(module);
    shapes.set(a, [r, inputs]).set(b, [outputs, r]);
  }
  const matrices = [...shapes.keys()];
  for (const [name, shape] of base) shapes.set(`${prefix}${name}`, shape).set(inside(`${prefix}${name}`), shape);
  const deltas = [embeddingName, headName].map(deltaName);
  const nameOf = (given: string) => {
    const name = given.replace(adapterName, '.$1');
    // a second copy of what stands in the module's place
    if (name.endsWith('.modules_to_save.weight') && shapes.has(name.replace('.modules_to_save', ''))) return null;
    const found = inner.test(name) ? inside(name.replace(inner, '.weight')) : name;
    if (!shapes.has(found) && !deltas.includes(found))
      throw mismatch({ file: path, field: given }, 'a tensor of the adapter', 'one that nothing asks for');
    return found;
  };
  const weights = namedWeights(file, path, nameOf);
  const has = (name: string) => weights.names.has(name);
  const check = (name: string, shape: number[]) => {
    checkVocabulary(weights, name, shape);
    checkWeight(weights, name, shape);
  };
  for (const name of matrices) check(name, shapes.get(name) as number[]);
  for (const name of weights.names.keys()) if (!deltas.includes(name)) check(name, shapes.get(name) as number[]);

  const { ensureWeightTying } = adapter;
  const tied = config.tieWordEmbeddings;
  const isSaved = (name: string) => isWithin(moduleOf(name), adapter.modulesToSave);
  const saved = [...base.keys()].filter(isSaved);
  // one matrix that stays one: whichever of its names is trained, the embeddings' stands for it
  const stays = tied && ensureWeightTying && saved.some((name) => name === embeddingName || name === headName);
  const inFull = stays
    ? [embeddingName, ...saved.filter((name) => name !== embeddingName && name !== headName)]
    : saved;
  const { rows, unties } = tokenRows(config, adapter, saved);
  for (const name of inFull) check(`${prefix}${name}`, base.get(name) as number[]);
  for (const { name, ids } of rows) check(deltaName(name), [ids.length, config.hiddenSize]);
  const beneath = [...base.keys()].flatMap((name) => {
    const stored = `${prefix}${name}`;
    const own = isSaved(name) || (stays && name === headName) ? [] : [stored];
    return [inside(stored), ...own].filter(has).map((found): [string, string] => [found, name]);
  });
  const splits = tied && !stays && saved.some((name) => name === embeddingName || name === headName);
  return { lora, weights, beneath, inFull, rows, unties: unties || splits };
}

/** Whether a module, or one that it is in, ends with one of these, as peft looks for them: not only after a dot. */
function isWithin(module: string, ends: string[]): boolean {
  const parts = module.split('.');
  return parts.some((_, i) =>
    ends.some((end) =>
      parts
        .slice(0, i + 1)
        .join('.')
        .endsWith(end),
    ),
  );
}

function checkVocabulary({ names, file, path }: NamedWeights, name: string, [words, ...width]: number[]): void {
  const stored = names.get(name);
  if (stored === undefined || ![embeddingName, headName].some((matrix) => name.startsWith(`${prefix}${matrix}`)))
    return;
  const [found, ...foundWidth] = file.info(stored).shape;
  if (found === words || foundWidth.join() !== width.join()) return;
  throw mismatch({ file: path, field: stored }, `the base's vocabulary of ${words} (vocab_size)`, `one of ${found}`);
}
