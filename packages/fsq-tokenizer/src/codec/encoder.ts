import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { conv, pack, packBias } from './pack.ts';
import { eights, type Plan, Planner, type Rows } from './plan.ts';
import { resInception } from './res-inception.ts';
import type { Weights } from './weights.ts';

/**
 * Plans one lead's way through the encoder, the same for every lead.
 *
 * @param piece of a causal encoder: samples come in pieces of this length, and every run goes on where the last one
 *   ended, as each layer keeps the last of its input
 * @returns a plan from [samples] to features [samples / 16][channels]
 */
export function planLead(weights: Weights, { encoder }: TokenizerConfig, samples: number, piece = false): Plan {
  const planner = new Planner();
  const input = planner.input(1, samples);
  const signals: Rows[] = [input];
  for (let i = 0; i < encoder.blocks; i++) {
    const mixed = resInception(planner, weights, `enc.blocks.${i}.0`, signals.at(-1)!, encoder);
    signals.push(mixed, halve(planner, mixed, weights(`enc.blocks.${i}.1.weight`), encoder.causal ? 2 : 1));
  }
  const features = resInception(planner, weights, 'enc.bottleneck', signals.at(-1)!, encoder);
  if (piece) for (const x of signals) planner.carry(x);
  return planner.plan([input], features);
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

/**
 * Plans the projection of all leads' features to the points that the quantizer rounds.
 *
 * @returns a plan from features [T][channels] of every lead to points [T][dimensions]
 */
export function planPoints(weights: Weights, { encoder, leads, levels }: TokenizerConfig, length: number): Plan {
  const planner = new Planner();
  const projection = weights('enc.to_code.weight'); // [D, leads * C]
  const features = leads.length * encoder.channels;
  const inputs = leads.map(() => planner.rows(encoder.channels, length));
  const y = planner.rows(levels.length, length);
  for (let octet = 0; octet < eights(levels.length); octet++) {
    let init: Rows | Float32Array = packBias(weights('enc.to_code.bias'), octet);
    for (const [lead, x] of inputs.entries()) {
      const part = pack(x, octet, levels.length, 1, (d, c) => projection[d * features + lead * encoder.channels + c]);
      planner.dots({ x, y, octet, weights: part, first: 0, init });
      init = y;
    }
  }
  return planner.plan(inputs, y);
}
