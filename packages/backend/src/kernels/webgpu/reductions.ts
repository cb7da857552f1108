import * as tf from '@tensorflow/tfjs-core';
import { reducedShape } from '../reductions.ts';
import { replaceKernel } from '../replace-kernel.ts';
import { runProgram, threads } from './program.ts';

interface Attributes {
  axis?: number | number[];
  /** What Max has in the place of `axis`. */
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

/** How two int32, or bool as 0 and 1, become one, and what changes nothing. */
const integer: Record<string, { both: string; none: string }> = {
  Sum: { both: 'a + b', none: '0' },
  Prod: { both: 'a * b', none: '1' },
  Max: { both: 'max(a, b)', none: '-2147483647 - 1' },
  Min: { both: 'min(a, b)', none: '2147483647' },
  All: { both: 'a & b', none: '1' },
  Any: { both: 'a | b', none: '0' },
};

/** Reductions of int32 and bool for webgpu, where tfjs computes in float32; ArgMax and ArgMin of all numbers. */
export function registerWebgpuReductions(): void {
  for (const [kernelName, { both, none }] of Object.entries(integer)) {
    replaceKernel<Attributes>('webgpu', kernelName, ({ x }, attributes, { backend, before }) => {
      if (x.dtype === 'float32') return before();
      const { axis, reductionIndices, keepDims } = attributes;
      const axes = tf.util.parseAxisParam((axis ?? reductionIndices)!, x.shape);
      const shape = reducedShape(x.shape, axes);
      return tf.tidy(() => {
        const [rows, n] = lastAxes(x, axes);
        const code = folding(both, none);
        const made = runProgram(
          backend,
          { name: kernelName, code, shape, dtype: x.dtype, perValue: true },
          { x: rows },
          { n },
        );
        return tf.reshape(tf.engine().makeTensorFromTensorInfo(made), reducedShape(x.shape, axes, keepDims));
      });
    });
  }
  for (const [kernelName, better] of [
    ['ArgMax', 'a > b'],
    ['ArgMin', 'a < b'],
  ]) {
    replaceKernel<{ axis: number }>('webgpu', kernelName, ({ x }, { axis }, { backend }) => {
      const axes = tf.util.parseAxisParam(axis, x.shape);
      return tf.tidy(() => {
        const [rows, n] = lastAxes(x, axes);
        const type = x.dtype === 'float32' ? 'f32' : 'i32';
        const name = `${kernelName}_${type}`;
        const shape = reducedShape(x.shape, axes);
        const code = placing(better, type);
        return tf
          .engine()
          .makeTensorFromTensorInfo(
            runProgram(backend, { name, code, shape, dtype: 'int32', perValue: true }, { x: rows }, { n }),
          );
      });
    });
  }
}

/** [rows, n]: the axes that are reduced come last. */
function lastAxes(x: tf.Tensor, axes: number[]): [rows: tf.Tensor, n: number] {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const n = axes.reduce((product, axis) => product * x.shape[axis], 1);
  return [tf.reshape(tf.transpose(x, [...kept, ...axes]), [-1, n]), n];
}

/** Each thread folds every 64th value of a row, and then half of them the other half's. */
function folding(both: string, none: string): string {
  return `
var<workgroup> folded : array<i32, ${threads}>;
fn fold(a : i32, b : i32) -> i32 { return ${both}; }
fn main(index : i32) {
  let row = index / ${threads};
  let thread = i32(localId.x);
  var value = i32(${none});
  if (row < uniforms.size) {
    for (var i = thread; i < uniforms.n; i = i + ${threads}) { value = fold(value, x[row * uniforms.n + i]); }
  }
  folded[thread] = value;
  workgroupBarrier();
  for (var half = ${threads / 2}; half > 0; half = half / 2) {
    if (thread < half) { folded[thread] = fold(folded[thread], folded[thread + half]); }
    workgroupBarrier();
  }
  if (thread == 0 && row < uniforms.size) { result[row] = folded[0]; }
}`;
}

/** The same of values with their places; of equal ones the first counts. */
function placing(better: string, type: string): string {
  return `
var<workgroup> values : array<${type}, ${threads}>;
var<workgroup> places : array<i32, ${threads}>;
fn better(a : ${type}, i : i32, b : ${type}, j : i32) -> bool { return ${better} || (a == b && i < j); }
fn main(index : i32) {
  let row = index / ${threads};
  let thread = i32(localId.x);
  var value = x[0];
  var place = 0;
  if (row < uniforms.size) {
    value = x[row * uniforms.n];
    for (var i = thread; i < uniforms.n; i = i + ${threads}) {
      let other = x[row * uniforms.n + i];
      if (better(other, i, value, place)) { value = other; place = i; }
    }
  }
  values[thread] = value;
  places[thread] = place;
  workgroupBarrier();
  for (var half = ${threads / 2}; half > 0; half = half / 2) {
    if (thread < half && better(values[thread + half], places[thread + half], values[thread], places[thread])) {
      values[thread] = values[thread + half];
      places[thread] = places[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0 && row < uniforms.size) { result[row] = places[0]; }
}`;
}
