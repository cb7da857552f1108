import type { EncoderConfig } from '@heartllm/lead-encoder/config';
import { addConv } from './conv.ts';
import { groupNormLeakyRelu } from './group-norm.ts';
import { maxPool3 } from './max-pool.ts';
import { Rows } from './rows.ts';
import type { Weights } from './weights.ts';

/** A layer that keeps the number of samples. [Cin, T] -> [Cout, T] */
export type Layer = (x: Rows) => Rows;

/** The kernels of one layer: adds output channel `o` of the mixed convolutions to `sum`. */
type Mix = (sum: Float64Array, x: Rows, pooled: Rows | null, o: number) => void;

/** The building block of encoder and decoder, as resInception of @heartllm/lead-encoder, which describes it. */
export function resInception(
  weights: Weights,
  name: string,
  cin: number,
  { variant, groups }: Pick<EncoderConfig, 'variant' | 'groups'>,
): Layer {
  const scale = weights(`${name}.norm.weight`);
  const shift = weights(`${name}.norm.bias`);
  const channels = scale.length;
  const perGroup = channels / groups;
  const branches = [1, 2, 3, 4].map((i) => weights(`${name}.inc.b${i}.weight`));
  const mix = variant === 'code' ? concatenated(branches, channels) : summed(branches, channels);
  const match = cin === channels ? null : weights(`${name}.match.weight`);

  return (x) => {
    const pooled = variant === 'code' ? maxPool3(x) : null;
    const y = new Rows(channels, x.length);
    for (let first = 0; first < channels; first += perGroup) {
      const group = Array.from({ length: perGroup }, (_, i) => y.row(first + i));
      for (const [i, row] of group.entries()) {
        mix(row, x, pooled, first + i);
        if (variant === 'code') addSkip(row, x, match, first + i);
      }
      groupNormLeakyRelu(group, scale, shift, first);
      if (variant === 'paper') for (const [i, row] of group.entries()) addSkip(row, x, match, first + i);
    }
    return y;
  };
}

/** 'code': a quarter of the channels each from kernels of width 3, 5, 7, and of width 1 over the pooled input. */
function concatenated(branches: Float64Array[], channels: number): Mix {
  const widths = [3, 5, 7, 1];
  const perBranch = channels / 4;
  return (sum, x, pooled, o) => {
    const branch = Math.floor(o / perBranch);
    const width = widths[branch];
    addConv(sum, branch === 3 ? pooled! : x, branches[branch], (o % perBranch) * x.channels * width, width);
  };
}

/** 'paper': kernels of widths 3, 5, 7 and 1 summed, which is one kernel of width 7. */
function summed(branches: Float64Array[], channels: number): Mix {
  const kernel = new Float64Array(branches[2]); // [Cout, Cin, 7]
  for (const [branch, width] of [
    [0, 3],
    [1, 5],
    [3, 1],
  ]) {
    const side = (7 - width) / 2;
    branches[branch].forEach((value, i) => {
      kernel[Math.floor(i / width) * 7 + side + (i % width)] += value;
    });
  }
  const perOutput = kernel.length / channels;
  return (sum, x, _pooled, o) => addConv(sum, x, kernel, o * perOutput, 7);
}

/** Adds the layer's input, or a width-1 convolution of it where the number of channels changes. */
function addSkip(sum: Float64Array, x: Rows, match: Float64Array | null, o: number): void {
  if (match) {
    addConv(sum, x, match, o * x.channels, 1);
    return;
  }
  const input = x.row(o);
  for (let t = 0; t < sum.length; t++) sum[t] += input[t];
}
