import * as tf from '@tensorflow/tfjs-core';
import { conv1d, convTranspose1d, groupNorm, maxPool1d3, runningNorm } from '../../src/index.ts';
import type { OpCase } from './case.ts';
import { at, build, map, type NdArray, reduce, reshape, spread, sum, total } from './naive.ts';

const convolutions: OpCase[] = [
  { samples: 9, width: 3, stride: 1, padding: 0 },
  { samples: 9, width: 3, stride: 1, padding: 1 },
  { samples: 9, width: 3, stride: 2, padding: 1 },
  { samples: 10, width: 3, stride: 2, padding: 1 },
  { samples: 10, width: 4, stride: 2, padding: 1 },
  { samples: 9, width: 7, stride: 2, padding: 3 },
  { samples: 8, width: 4, stride: 3, padding: 2 },
  { samples: 7, width: 1, stride: 1, padding: 0 },
].map(({ samples, width, stride, padding }) => ({
  name: `conv1d of ${samples} samples, kernel ${width}, stride ${stride}, padding ${padding}`,
  inputs: [spread([2, samples, 3]), spread([4, 3, width], { seed: 2 })],
  op: (x: tf.Tensor, w: tf.Tensor) => conv1d(x as tf.Tensor3D, w as tf.Tensor3D, { stride, padding }),
  naive: (x: NdArray, w: NdArray) =>
    build([2, Math.floor((samples + 2 * padding - width) / stride) + 1, 4], ([n, t, o]) =>
      total(width, (k) => {
        const s = t * stride - padding + k;
        return s < 0 || s >= samples ? 0 : total(3, (c) => at(x, [n, s, c]) * at(w, [o, c, k]));
      }),
    ),
}));

const transposed: OpCase[] = [
  { samples: 5, width: 4, stride: 2, padding: 1, outputPadding: 0 },
  { samples: 5, width: 3, stride: 2, padding: 1, outputPadding: 1 },
  { samples: 5, width: 3, stride: 1, padding: 1, outputPadding: 0 },
  { samples: 4, width: 2, stride: 3, padding: 0, outputPadding: 0 },
  { samples: 4, width: 7, stride: 2, padding: 2, outputPadding: 1 },
].map(({ samples, width, stride, padding, outputPadding }) => ({
  name: `convTranspose1d of ${samples} samples, kernel ${width}, stride ${stride}, padding ${padding}+${outputPadding}`,
  inputs: [spread([2, samples, 3]), spread([3, 2, width], { seed: 2 })],
  op: (x: tf.Tensor, w: tf.Tensor) =>
    convTranspose1d(x as tf.Tensor3D, w as tf.Tensor3D, { stride, padding, outputPadding }),
  naive: (x: NdArray, w: NdArray) =>
    build([2, (samples - 1) * stride - 2 * padding + width + outputPadding, 2], ([n, t, o]) =>
      total(width, (k) => {
        const s = (t + padding - k) / stride;
        if (!Number.isInteger(s) || s < 0 || s >= samples) return 0;
        return total(3, (c) => at(x, [n, s, c]) * at(w, [c, o, k]));
      }),
    ),
}));

const norms: OpCase[] = [
  { groups: 1, negativeSlope: 1, eps: 1e-5 },
  { groups: 2, negativeSlope: 1, eps: 1e-5 },
  { groups: 6, negativeSlope: 1, eps: 1e-3 },
  { groups: 3, negativeSlope: 0.01, eps: 1e-5 },
  { groups: 2, negativeSlope: 0.2, eps: 1e-5 },
].map(({ groups, negativeSlope, eps }) => ({
  name: `groupNorm of 6 channels in ${groups}, eps ${eps}, slope ${negativeSlope}`,
  inputs: [
    spread([2, 7, 6], { low: -2, high: 3 }),
    spread([6], { low: 0.5, high: 1.5, seed: 2 }),
    spread([6], { seed: 3 }),
  ],
  op: (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
    groupNorm(x as tf.Tensor3D, weight as tf.Tensor1D, bias as tf.Tensor1D, { groups, eps, negativeSlope }),
  naive: (x: NdArray, weight: NdArray, bias: NdArray) => {
    const grouped = reshape(x, [2, 7, groups, 6 / groups]);
    const average = (values: number[]) => sum(values) / values.length;
    const mean = reduce(grouped, [1, 3], average);
    const centred = build(grouped.shape, (index) => at(grouped, index) - at(mean, index));
    const variance = reduce(
      map(centred, (v) => v * v),
      [1, 3],
      average,
    );
    const normed = build(grouped.shape, (index) => at(centred, index) / Math.sqrt(at(variance, index) + eps));
    return build(x.shape, ([n, t, c]) => {
      const y = normed.data[(n * 7 + t) * 6 + c] * weight.data[c] + bias.data[c];
      return y > 0 ? y : negativeSlope * y;
    });
  },
}));

const runningNorms: OpCase[] = [
  { groups: 1, training: true, negativeSlope: 1 },
  { groups: 2, training: true, negativeSlope: 0.01 },
  { groups: 6, training: true, negativeSlope: 0.2 },
  { groups: 1, training: false, negativeSlope: 1 },
  { groups: 3, training: false, negativeSlope: 0.01 },
].map(({ groups, training, negativeSlope }) => ({
  name: `runningNorm of 6 channels in ${groups}, slope ${negativeSlope}, ${training ? 'training' : 'inference'}`,
  inputs: [
    spread([2, 7, 6], { low: -2, high: 3 }),
    spread([6], { low: 0.5, high: 1.5, seed: 2 }),
    spread([6], { seed: 3 }),
  ],
  op: (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => {
    const [mean, variance] = [runningMean(groups), runningVariance(groups)].map((values) =>
      tf.tidy(() => tf.variable(tf.tensor1d(values))),
    );
    const y = runningNorm(x as tf.Tensor3D, weight as tf.Tensor1D, bias as tf.Tensor1D, {
      mean,
      variance,
      training,
      negativeSlope,
    });
    tf.dispose([mean, variance]);
    return y;
  },
  naive: (x: NdArray, weight: NdArray, bias: NdArray) => {
    const perGroup = 6 / groups;
    const moments = Array.from({ length: groups }, (_, g) => {
      if (!training) return { mean: runningMean(groups)[g], variance: runningVariance(groups)[g] };
      const values = Array.from(x.data).filter((_, i) => Math.floor((i % 6) / perGroup) === g);
      const mean = sum(values) / values.length;
      return { mean, variance: sum(values.map((v) => (v - mean) ** 2)) / values.length };
    });
    return build(x.shape, (index) => {
      const c = index[2];
      const { mean, variance } = moments[Math.floor(c / perGroup)];
      const y = ((at(x, index) - mean) / Math.sqrt(variance + 1e-5)) * weight.data[c] + bias.data[c];
      return y > 0 ? y : negativeSlope * y;
    });
  },
}));

function runningMean(groups: number): number[] {
  return Array.from({ length: groups }, (_, g) => 0.25 * (g + 1));
}

function runningVariance(groups: number): number[] {
  return Array.from({ length: groups }, (_, g) => 0.5 + 0.25 * g);
}

const pooling: OpCase = {
  name: 'maxPool1d3, also where every value is negative',
  inputs: [spread([2, 7, 3], { low: -2, high: 0.5 })],
  op: (x) => maxPool1d3(x as tf.Tensor3D),
  naive: (x) =>
    build([2, 7, 3], ([n, t, c]) =>
      Math.max(...[t - 1, t, t + 1].filter((s) => s >= 0 && s < 7).map((s) => at(x, [n, s, c]))),
    ),
};

export const layers: OpCase[] = [...convolutions, ...transposed, ...norms, ...runningNorms, pooling];
