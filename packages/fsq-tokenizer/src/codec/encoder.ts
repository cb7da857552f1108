import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { conv, pack, packBias } from './pack.ts';
import { eights, type Plan, Planner, type Rows } from './plan.ts';
import { resInception } from './res-inception.ts';
import type { Weights } from './weights.ts';

/**
 * Plans one lead's way through the encoder, the same for every lead.
 *
 * @returns a plan from [samples] to features [samples / 16][channels]
 */
export function planLead(weights: Weights, config: TokenizerConfig, samples: number): Plan {
  const planner = new Planner();
  const input = planner.input(1, samples);
  return planner.plan([input], leadFeatures(planner, weights, config, input).at(-1)!);
}

/**
 * Plans the projection of all leads' features to the points that the quantizer rounds.
 *
 * @returns a plan from features [T][channels] of every lead to points [T][dimensions]
 */
export function planPoints(weights: Weights, config: TokenizerConfig, length: number): Plan {
  const planner = new Planner();
  const features = config.leads.map(() => planner.rows(config.encoder.channels, length));
  return planner.plan(features, points(planner, weights, config, features));
}

/**
 * Plans a causal encoder for a recording that comes in pieces: each run goes on where the last one ended, as every layer
 * keeps the last rows of its input.
 *
 * @param samples of a piece, a multiple of 16
 * @returns a plan from [samples] of every lead to points [samples / 16][dimensions]
 */
export function planPiece(weights: Weights, config: TokenizerConfig, samples: number): Plan {
  const { length } = config.leads;
  const planner = new Planner(length);
  const each = (x: Rows) => Array.from({ length }, (_, i) => planner.lead(x, i));
  const input = planner.input(1, samples);
  const signals = [input, ...leadFeatures(planner, weights, config, input)];
  const features = signals.pop()!;
  for (const x of signals) planner.carry(x);
  return planner.plan(each(input), points(planner, weights, config, each(features)));
}

/** The output of every layer; the last one's are the features. */
function leadFeatures(planner: Planner, weights: Weights, { encoder }: TokenizerConfig, input: Rows): Rows[] {
  const outputs: Rows[] = [];
  let x = input;
  for (let i = 0; i < encoder.blocks; i++) {
    const mixed = resInception(planner, weights, `enc.blocks.${i}.0`, x, encoder);
    x = halve(planner, mixed, weights(`enc.blocks.${i}.1.weight`), encoder.causal ? 2 : 1);
    outputs.push(mixed, x);
  }
  return [...outputs, resInception(planner, weights, 'enc.bottleneck', x, encoder)];
}

function points(planner: Planner, weights: Weights, { encoder, leads, levels }: TokenizerConfig, inputs: Rows[]): Rows {
  const projection = weights('enc.to_code.weight'); // [D, leads * C]
  const features = leads.length * encoder.channels;
  const y = planner.rows(levels.length, inputs[0].length, 1);
  for (let octet = 0; octet < eights(levels.length); octet++) {
    let init: Rows | Float32Array = packBias(weights('enc.to_code.bias'), octet);
    for (const [lead, x] of inputs.entries()) {
      const part = pack(x, octet, levels.length, 1, (d, c) => projection[d * features + lead * encoder.channels + c]);
      planner.dots({ x, y, octet, weights: part, first: 0, init });
      init = y;
    }
  }
  return y;
}

/**
 * Halves the sampling rate: torch.nn.Conv1d of width 3 and stride 2, kernel [Cout, Cin, 3].
 *
 * @param before samples before the own one where the kernel begins, PyTorch's padding
 */
function halve(planner: Planner, x: Rows, kernel: Float32Array, before: number): Rows {
  const channels = kernel.length / (3 * x.channels);
  const y = planner.rows(channels, Math.ceil(x.length / 2));
  for (let octet = 0; octet < eights(channels); octet++) {
    const weights_ = pack(x, octet, channels, 3, conv(kernel, x.channels, 3));
    planner.dots({ x, y, octet, weights: weights_, first: -before, every: 2 });
  }
  return y;
}
