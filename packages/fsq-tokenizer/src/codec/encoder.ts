import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { resInception } from './res-inception.ts';
import { halve } from './resample.ts';
import { Rows } from './rows.ts';
import type { Weights } from './weights.ts';

/** A z-scored signal [leads][samples] to the points that the quantizer rounds, [codes * dimensions]. */
export type Encoder = (z: ArrayLike<number>[]) => Float64Array;

/** The lead-wise encoder of @heartllm/lead-encoder as plain loops: every sum in double precision and in a fixed order. */
export function buildEncoder(weights: Weights, { encoder, levels }: TokenizerConfig): Encoder {
  const { blocks, channels } = encoder;
  const stages = Array.from({ length: blocks }, (_, i) => {
    const mix = resInception(weights, `enc.blocks.${i}.0`, i === 0 ? 1 : channels, encoder);
    const kernel = weights(`enc.blocks.${i}.1.weight`);
    return (x: Rows) => halve(mix(x), kernel);
  });
  const bottleneck = resInception(weights, 'enc.bottleneck', channels, encoder);
  const projection = weights('enc.to_code.weight'); // [D, leads * C]
  const bias = weights('enc.to_code.bias'); // [D]

  const encodeLead = (lead: ArrayLike<number>): Rows => {
    const x = new Rows(1, lead.length);
    x.row(0).set(lead);
    return bottleneck(stages.reduce((h, stage) => stage(h), x)); // [C, T']
  };

  return (z) => {
    const dimensions = levels.length;
    const features = z.length * channels;
    let points = new Float64Array(0);
    for (const [l, lead] of z.entries()) {
      const h = encodeLead(lead);
      if (l === 0) points = Float64Array.from({ length: h.length * dimensions }, (_, i) => bias[i % dimensions]);
      for (let c = 0; c < channels; c++) {
        const row = h.row(c);
        for (let d = 0; d < dimensions; d++) {
          const w = projection[d * features + l * channels + c];
          for (let t = 0; t < row.length; t++) points[t * dimensions + d] += w * row[t];
        }
      }
    }
    return points; // [T' * D]
  };
}
