import { isObject, JsonFields } from './json-fields.ts';
import type { RopeScaling } from './rope-scaling.ts';

/** What a config.json says about the rotation. */
export interface RopeJson {
  /** Where it says so: `rope_scaling`, or `rope_parameters`. */
  key: string;
  ropeTheta: number;
  ropeScaling: RopeScaling;
}

/**
 * Reads the RoPE settings of a config.json, where two spellings may stand beside each other, as transformers 5 does: a
 * `rope_scaling` that says anything wins over `rope_parameters`; in either, `rope_type` over `type`; a `rope_theta` in it
 * over the one beside it.
 *
 * @throws LlamaError naming the field, for types that transformers does not know either, and fields that a type needs.
 */
export function parseRope(fields: JsonFields, maxPositionEmbeddings: number): RopeJson {
  const says = (value: unknown) =>
    value !== undefined && value !== null && !(isObject(value) && !Object.keys(value).length);
  const key = says(fields.json.rope_scaling) ? 'rope_scaling' : 'rope_parameters';
  const rope = new JsonFields(fields.json[key] ?? {}, fields.file, key);
  const ropeTheta =
    rope.json.rope_theta === undefined ? fields.number('rope_theta', 10_000) : rope.number('rope_theta');
  return { key, ropeTheta, ropeScaling: parseScaling(rope, fields, maxPositionEmbeddings) };
}

function parseScaling(rope: JsonFields, fields: JsonFields, maxPositionEmbeddings: number): RopeScaling {
  const key = rope.json.rope_type === undefined && rope.json.type !== undefined ? 'type' : 'rope_type';
  const type = (rope.json[key] === undefined ? 'default' : rope.json[key]) as RopeScaling['type'];
  // the pretrained context may stand beside the settings, and wins there; without one nothing was lengthened
  const original = () =>
    fields.json.original_max_position_embeddings === undefined
      ? rope.number('original_max_position_embeddings', maxPositionEmbeddings)
      : fields.number('original_max_position_embeddings');
  const orElse = (name: string, value: number) => (rope.json[name] ? rope.number(name) : value);
  if (type === 'default') return { type }; // Llama's own takes no share of the pairs, whatever partial_rotary_factor says
  const share = rope.json.partial_rotary_factor === undefined ? fields : rope;
  const partialRotaryFactor = share.optionalNumber('partial_rotary_factor') ?? 1;
  if (type === 'proportional') return { type, factor: rope.number('factor', 1), partialRotaryFactor };
  if (partialRotaryFactor !== 1) throw share.wrong('partial_rotary_factor', `1 with ${type}`);
  switch (type) {
    case 'linear':
    case 'dynamic':
      return { type, factor: rope.number('factor') };
    case 'llama3':
      return {
        type,
        factor: rope.number('factor'),
        lowFreqFactor: rope.number('low_freq_factor'),
        highFreqFactor: rope.number('high_freq_factor'),
        originalMaxPositionEmbeddings: original(),
      };
    case 'yarn': {
      const factor = rope.json.factor === null ? maxPositionEmbeddings / original() : rope.number('factor');
      const scales = rope.json.mscale && rope.json.mscale_all_dim;
      const mscale = (name: string) => yarnScale(factor, scales ? rope.number(name) : 1);
      return {
        type,
        factor,
        originalMaxPositionEmbeddings: original(),
        attentionFactor:
          rope.optionalNumber('attention_factor') ?? mscale('mscale') / (scales ? mscale('mscale_all_dim') : 1),
        betaFast: orElse('beta_fast', 32),
        betaSlow: orElse('beta_slow', 1),
        truncate: rope.json.truncate === undefined || Boolean(rope.json.truncate),
      };
    }
    case 'longrope': {
      const context = original();
      const factor = rope.optionalNumber('factor') ?? maxPositionEmbeddings / context;
      return {
        type,
        shortFactor: rope.numbers('short_factor'),
        longFactor: rope.numbers('long_factor'),
        originalMaxPositionEmbeddings: context,
        attentionFactor:
          rope.optionalNumber('attention_factor') ??
          (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(context))),
      };
    }
  }
  throw rope.wrong(key, 'default, linear, dynamic, llama3, yarn, longrope or proportional');
}

function yarnScale(factor: number, mscale: number): number {
  return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
}

/** The settings in transformers' names, as {@link parseRope} reads them; without rope_theta. */
export function ropeJson({ type, ...settings }: RopeScaling): Record<string, unknown> {
  const named = Object.entries(settings).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return { rope_type: type, ...Object.fromEntries(named) };
}
