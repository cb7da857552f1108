import { decoderLayer, type TokenizerConfig } from '@heartllm/lead-encoder/config';
import { conv, pack, packBias } from './pack.ts';
import { eights, type Plan, Planner, type Rows } from './plan.ts';
import { resInception } from './res-inception.ts';
import type { Weights } from './weights.ts';

/**
 * Plans the decoder for so many codes.
 *
 * @returns a plan from quantized values [codes][dimensions] to the z-scored signal [16 * codes][leads]
 */
export function planDecoder(
  weights: Weights,
  { encoder, leads, levels }: TokenizerConfig,
  { channels, depth }: NonNullable<TokenizerConfig['decoder']>,
  codes: number,
): Plan {
  const planner = new Planner();
  const form = { ...encoder, causal: false };
  const input = planner.input(levels.length, codes);
  let x = pointwise(planner, input, channels, weights('dec.expand.weight'), weights('dec.expand.bias'));
  for (let i = 0; i < encoder.blocks; i++) {
    x = double(planner, x, weights(`dec.up.${i}.weight`), weights(`dec.up.${i}.bias`));
    for (let j = 0; j < depth; j++) x = resInception(planner, weights, decoderLayer(i, j), x, form);
  }
  const signal = pointwise(planner, x, leads.length, weights('dec.final.weight'), weights('dec.final.bias'));
  return planner.plan([input], signal);
}

/** A convolution of width 1 with bias, kernel [Cout, Cin]. */
function pointwise(planner: Planner, x: Rows, channels: number, kernel: Float32Array, bias: Float32Array): Rows {
  const y = planner.rows(channels, x.length);
  for (let octet = 0; octet < eights(channels); octet++) {
    const weights = pack(x, octet, channels, 1, conv(kernel, x.channels, 1));
    planner.dots({ x, y, octet, weights, first: 0, init: packBias(bias, octet) });
  }
  return y;
}

/**
 * Doubles the sampling rate: torch.nn.ConvTranspose1d of width 3, stride 2, padding 1, output padding 1, kernel
 * [Cin, Cout, 3]. Even samples get the middle tap, odd ones the two outer taps of their neighbours.
 */
function double(planner: Planner, x: Rows, kernel: Float32Array, bias: Float32Array): Rows {
  const channels = bias.length;
  const y = planner.rows(channels, 2 * x.length);
  const tap = (out: number, cin: number, i: number) => kernel[(cin * channels + out) * 3 + i];
  for (let octet = 0; octet < eights(channels); octet++) {
    const even = pack(x, octet, channels, 1, (out, cin) => tap(out, cin, 1));
    const odd = pack(x, octet, channels, 2, (out, cin, i) => tap(out, cin, i === 0 ? 2 : 0));
    const init = packBias(bias, octet);
    planner.dots({ x, y, octet, weights: even, first: 0, init, into: { offset: 0, step: 2 } });
    planner.dots({ x, y, octet, weights: odd, first: 0, init, into: { offset: 1, step: 2 } });
  }
  return y;
}
