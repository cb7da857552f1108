import type { EncoderConfig, TokenizerConfig } from './tokenizer-config.ts';

/** A parameter or buffer of the network under its name in the published PyTorch state_dict. */
export interface ParameterSpec {
  /** In the state_dict, 'enc.blocks.0.0.inc.b1.weight'. */
  name: string;
  /** In PyTorch's order: a convolution [Cout, Cin, K], a transposed one [Cin, Cout, K], a linear layer [out, in]. */
  shape: number[];
  /** How PyTorch draws it: uniform in +-1/sqrt(fanIn), or all ones, or all zeros. */
  init:
    | {
        /** Inputs that each output sums, as PyTorch counts them. */
        fanIn: number;
      }
    | 'ones'
    | 'zeros';
  /** PyTorch's word for what is saved with the weights and follows the data, without a gradient. */
  buffer?: true;
}

const uniform = (fanIn: number): ParameterSpec['init'] => ({ fanIn });

function resInception(
  name: string,
  { variant, causal, groups }: EncoderConfig,
  cin: number,
  cout: number,
): ParameterSpec[] {
  // the published code splits the output channels between its four branches; the paper sums four full-width ones
  const perBranch = variant === 'code' ? cout / 4 : cout;
  const branches = [3, 5, 7, 1].map((width, i) => ({
    name: `${name}.inc.b${i + 1}.weight`,
    shape: [perBranch, cin, width],
    init: uniform(cin * width),
  }));
  const match = cin === cout ? [] : [{ name: `${name}.match.weight`, shape: [cout, cin, 1], init: uniform(cin) }];
  return [
    ...branches,
    ...match,
    { name: `${name}.norm.weight`, shape: [cout], init: 'ones' },
    { name: `${name}.norm.bias`, shape: [cout], init: 'zeros' },
    ...(causal ? runningStatistics(name, groups) : []),
  ];
}

function runningStatistics(name: string, groups: number): ParameterSpec[] {
  return [
    { name: `${name}.norm.running_mean`, shape: [groups], init: 'zeros', buffer: true },
    { name: `${name}.norm.running_var`, shape: [groups], init: 'ones', buffer: true },
  ];
}

/** Every parameter of the encoder, from input to output. */
export function encoderParameters({ encoder, leads, levels }: TokenizerConfig): ParameterSpec[] {
  const { channels, blocks } = encoder;
  const specs: ParameterSpec[] = [];
  for (let i = 0; i < blocks; i++) {
    specs.push(...resInception(`enc.blocks.${i}.0`, encoder, i === 0 ? 1 : channels, channels));
    specs.push({ name: `enc.blocks.${i}.1.weight`, shape: [channels, channels, 3], init: uniform(channels * 3) });
  }
  specs.push(...resInception('enc.bottleneck', encoder, channels, channels));
  const features = leads.length * channels;
  specs.push({ name: 'enc.to_code.weight', shape: [levels.length, features], init: uniform(features) });
  specs.push({ name: 'enc.to_code.bias', shape: [levels.length], init: uniform(features) });
  return specs;
}

/** Every parameter of the decoder, from input to output; none where there is no decoder. */
export function decoderParameters({ encoder, decoder, leads, levels }: TokenizerConfig): ParameterSpec[] {
  if (!decoder) return [];
  const { channels, depth } = decoder;
  const specs: ParameterSpec[] = [
    { name: 'dec.expand.weight', shape: [channels, levels.length], init: uniform(levels.length) },
    { name: 'dec.expand.bias', shape: [channels], init: uniform(levels.length) },
  ];
  for (let i = 0; i < encoder.blocks; i++) {
    // PyTorch counts a transposed convolution's fan-in over its second axis, the output channels
    specs.push({ name: `dec.up.${i}.weight`, shape: [channels, channels, 3], init: uniform(channels * 3) });
    specs.push({ name: `dec.up.${i}.bias`, shape: [channels], init: uniform(channels * 3) });
  }
  for (let i = 0; i < encoder.blocks; i++) {
    for (let j = 0; j < depth; j++)
      specs.push(...resInception(decoderLayer(i, j), { ...encoder, causal: false }, channels, channels));
  }
  specs.push({ name: 'dec.final.weight', shape: [leads.length, channels, 1], init: uniform(channels) });
  specs.push({ name: 'dec.final.bias', shape: [leads.length], init: uniform(channels) });
  return specs;
}

/**
 * The name of a decoder layer, with which those of its parameters begin. The published decoder has one layer per
 * doubling, `dec.dec.0`; deeper ones add `dec.dec.0.1`, `dec.dec.0.2`...
 *
 * @param block which doubling, from 0
 * @param layer which layer behind it, from 0
 */
export function decoderLayer(block: number, layer: number): string {
  return layer === 0 ? `dec.dec.${block}` : `dec.dec.${block}.${layer}`;
}

/** Encoder and decoder: what a model.safetensors of this configuration holds. */
export function allParameters(config: TokenizerConfig): ParameterSpec[] {
  return [...encoderParameters(config), ...decoderParameters(config)];
}
