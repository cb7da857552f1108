import { quote, show } from '@heartllm/source';
import type { LlamaConfig } from './config.ts';
import { mismatch } from './errors.ts';
import { checkLora, type Lora, type LoraConfig, type LoraModule, loraDefaults } from './lora-config.ts';
import { projections } from './parameters.ts';
import { compile, Effort, type Pattern } from './python-regex/match.ts';
import { PatternError } from './python-regex/nodes.ts';

/** All patterns of an adapter together; more than this is seconds. */
const mostSteps = 1e8;

/**
 * Finds the modules that get a LoRA, and the rank and scale of each, as peft does.
 *
 * @param modulesToSave ends of names, or regular expressions, of modules that are trained in full instead.
 * @param file that the settings come from, for messages.
 * @throws LlamaError for numbers out of their range, where nothing or something else than a linear layer of the decoder
 *   matches, and for patterns that Python refuses, or that take seconds to match.
 */
export function resolveLora(config: LlamaConfig, given: LoraConfig, modulesToSave: string[] = [], file?: string): Lora {
  checkLora(given, file);
  const lora = { ...loraDefaults, ...given };
  const effort = new Effort(mostSteps);
  const pattern = (field: string, source: string) => namedPattern({ file, field }, source, effort);
  const isExcluded = exclusion(lora, modulesToSave, pattern);
  const isTarget = targeting(config, lora, pattern);
  const rankOf = firstMatch('rank_pattern', lora.rankPattern, lora.r, pattern);
  const alphaOf = firstMatch('alpha_pattern', lora.alphaPattern, lora.loraAlpha, pattern);
  const linear = linearModules(config);
  const modules = new Map<string, LoraModule>();
  for (const name of moduleNames(config)) {
    if (isExcluded(name) || !isTarget(name)) continue;
    const widths = linear.get(name);
    if (!widths) throw mismatch({ file, field: 'target_modules' }, `modules among ${known(config)}`, name);
    const r = rankOf(name);
    modules.set(name, { ...widths, r, scale: alphaOf(name) / (lora.useRslora ? Math.sqrt(r) : r) });
  }
  if (!modules.size) {
    const limits = { layers_to_transform: lora.layersToTransform, exclude_modules: lora.excludeModules };
    const set = Object.entries(limits).filter(([, value]) => value !== null);
    const within = set.map(([field, value]) => ` with ${field} ${show(value)}`).join('');
    const names = [lora.targetModules].flat().map(quote).join(', ');
    const found = `${names.length > 80 ? `${names.slice(0, 79)}…` : names}${within}, which match none of them`;
    throw mismatch({ file, field: 'target_modules' }, `modules among ${known(config)}`, found);
  }
  return { ...lora, modules };
}

type Matches = (module: string) => boolean;
type MakePattern = (field: string, source: string) => Pattern;

const endsWith = (module: string, end: string) => module === end || module.endsWith(`.${end}`);

function exclusion({ excludeModules }: Required<LoraConfig>, modulesToSave: string[], pattern: MakePattern): Matches {
  const saved = modulesToSave.map((name) => pattern('modules_to_save', `(^|.*\\.)${name}($|\\..*)`));
  const isSaved: Matches = (module) => saved.some((part) => part.match(module));
  if (!excludeModules?.length) return isSaved;
  if (typeof excludeModules !== 'string') {
    return (module) => excludeModules.some((end) => endsWith(module, end)) || isSaved(module);
  }
  const excluded = pattern('exclude_modules', excludeModules);
  return (module) => excluded.fullmatch(module) || isSaved(module);
}

function targeting(config: LlamaConfig, lora: Required<LoraConfig>, pattern: MakePattern): Matches {
  const { targetModules: targets } = lora;
  if (typeof targets !== 'string') {
    const inLayers = layerFilter(lora, pattern);
    // a name in full counts in whatever layer it is
    return (module) => targets.includes(module) || (targets.some((end) => endsWith(module, end)) && inLayers(module));
  }
  if (targets.toLowerCase() === 'all-linear') {
    const linear = linearModules(config);
    return (module) => linear.has(module);
  }
  const expression = pattern('target_modules', targets);
  return (module) => expression.fullmatch(module);
}

function layerFilter({ layersToTransform, layersPattern }: Required<LoraConfig>, pattern: MakePattern): Matches {
  const layers = layersToTransform === null ? [] : [layersToTransform].flat();
  if (!layers.length) return () => true;
  const before = layersPattern?.length ? [layersPattern].flat().map((one) => `(?:^|.*?\\.)${one}`) : ['.*?\\.[^.]*'];
  const inLayer = layers.map((layer) => before.map((one) => pattern('layers_pattern', `${one}\\.${layer}\\.`)));
  return (module) => inLayer.some((ways) => ways.some((way) => way.match(module)));
}

function firstMatch(
  field: string,
  values: Readonly<Record<string, number>>,
  fallback: number,
  pattern: MakePattern,
): (module: string) => number {
  const ends = Object.entries(values).map(([end, value]) => [pattern(field, `(.*\\.)?(${end})$`), value] as const);
  return (module) => ends.find(([end]) => end.match(module))?.[1] ?? fallback;
}

/** A pattern whose errors name it. */
function namedPattern(place: { file?: string; field: string }, source: string, effort: Effort): Pattern {
  const named = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw mismatch(place, "a regular expression of Python's re", `${quote(source)}: ${error.message}`);
    }
  };
  const compiled = named(() => compile(source, effort));
  return {
    fullmatch: (text) => named(() => compiled.fullmatch(text)),
    match: (text) => named(() => compiled.match(text)),
  };
}

/** The linear layers of the decoder, which may have a LoRA, by name. */
function linearModules(config: LlamaConfig): Map<string, { inputs: number; outputs: number }> {
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => `model.layers.${layer}`);
  const widths = Object.entries(projections(config));
  return new Map(layers.flatMap((layer) => widths.map(([name, width]) => [`${layer}.${name}`, width] as const)));
}

const known = (config: LlamaConfig) =>
  Object.keys(projections(config))
    .map((name) => name.split('.')[1])
    .join(', ');

/** All modules of transformers' LlamaForCausalLM in their order, as PyTorch's named_modules gives them. */
function moduleNames(config: LlamaConfig): string[] {
  const inLayer = [
    'self_attn',
    'self_attn.q_proj',
    'self_attn.k_proj',
    'self_attn.v_proj',
    'self_attn.o_proj',
    'mlp',
    'mlp.gate_proj',
    'mlp.up_proj',
    'mlp.down_proj',
    'mlp.act_fn',
    'input_layernorm',
    'post_attention_layernorm',
  ];
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => {
    const name = `model.layers.${layer}`;
    return [name, ...inLayer.map((module) => `${name}.${module}`)];
  });
  const before = ['model', 'model.embed_tokens', 'model.layers'];
  return [...before, ...layers.flat(), 'model.norm', 'model.rotary_emb', 'lm_head'];
}
