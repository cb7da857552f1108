import { decoderLayer, type TokenizerConfig } from '@heartllm/lead-encoder/config';
import { addConv } from './conv.ts';
import { resInception } from './res-inception.ts';
import { double } from './resample.ts';
import { Rows } from './rows.ts';
import type { Weights } from './weights.ts';

/** Quantized values [codes * dimensions] to the z-scored signal, [leads][samples]. */
export type Decoder = (codes: ArrayLike<number>) => Float32Array[];

/** The decoder of @heartllm/lead-encoder as plain loops; null where the configuration has none. */
export function buildDecoder(weights: Weights, config: TokenizerConfig): Decoder | null {
  const { decoder, encoder, leads, levels, samples } = config;
  if (!decoder) return null;
  const { channels, depth } = decoder;
  const expand = weights('dec.expand.weight'); // [C, D]
  const expandBias = weights('dec.expand.bias');
  const stages = Array.from({ length: encoder.blocks }, (_, i) => {
    const kernel = weights(`dec.up.${i}.weight`);
    const bias = weights(`dec.up.${i}.bias`);
    const layers = Array.from({ length: depth }, (_, j) =>
      resInception(weights, decoderLayer(i, j), channels, encoder),
    );
    return (x: Rows) => layers.reduce((h, layer) => layer(h), double(x, kernel, bias));
  });
  const final = weights('dec.final.weight'); // [leads, C]
  const finalBias = weights('dec.final.bias');

  return (codes) => {
    const points = new Rows(levels.length, codes.length / levels.length);
    for (let d = 0; d < levels.length; d++) {
      const row = points.row(d);
      for (let t = 0; t < row.length; t++) row[t] = codes[t * levels.length + d];
    }
    const expanded = new Rows(channels, points.length);
    for (let c = 0; c < channels; c++) {
      addConv(expanded.row(c).fill(expandBias[c]), points, expand, c * levels.length, 1);
    }
    const h = stages.reduce((x, stage) => stage(x), expanded); // [C, T]
    return leads.map((_, l) => {
      const signal = new Float64Array(h.length).fill(finalBias[l]);
      addConv(signal, h, final, l * channels, 1);
      return Float32Array.from(signal.subarray(0, samples));
    });
  };
}
