import type * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import { runProgram } from './program.ts';

/** Near 0 by the first terms of their series, whose rest is below float32; what the GPU has subtracts there. */
const log1p = `
fn log1pOf(a : f32) -> f32 {
  if (abs(a) >= 0.4) { return select(log(1.0 + a), uniforms.NAN, a < -1.0); }
  let s = a / (2.0 + a); // log(1 + a) = 2 atanh(s)
  let q = s * s;
  return 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q / 9.0))));
}`;
const expm1 = `
fn expm1Of(a : f32) -> f32 {
  if (abs(a) >= 0.4) { return exp(a) - 1.0; }
  return a * (1.0 + a / 2.0 * (1.0 + a / 3.0 * (1.0 + a / 4.0 * (1.0 + a / 5.0 * (1.0 + a / 6.0 * (1.0 + a / 7.0))))));
}`;

/** What becomes of a value `a` that is a number, in WGSL. */
const functions: Record<string, { value: string; helpers?: string }> = {
  Exp: { value: 'exp(a)' },
  Log: { value: 'select(log(a), uniforms.NAN, a < 0.0)' },
  Log1p: { value: 'log1pOf(a)', helpers: log1p },
  Expm1: { value: 'expm1Of(a)', helpers: expm1 },
  Elu: { value: 'select(expm1Of(a), a, a >= 0.0)', helpers: expm1 },
  Selu: {
    value: '1.0507009873554805 * select(1.6732632423543772 * expm1Of(a), a, a >= 0.0)',
    helpers: expm1,
  },
  Sigmoid: { value: '1.0 / (1.0 + exp(-a))' },
  // log(1 + e^a), of which only e^-|a| is computed: it cannot overflow
  Softplus: { value: 'max(a, 0.0) + log1pOf(exp(-abs(a)))', helpers: log1p },
  Tanh: {
    value: 'tanhOf(a)',
    helpers: `
fn tanhOf(a : f32) -> f32 {
  let q = a * a;
  if (q < 0.09) { return a * (1.0 - q * (1.0 / 3.0 - q * (2.0 / 15.0 - q * (17.0 / 315.0 - q * 62.0 / 2835.0)))); }
  let e = exp(-2.0 * abs(a));
  return sign(a) * (1.0 - e) / (1.0 + e);
}`,
  },
  Sin: {
    value: 'sinOf(a)',
    helpers: `
fn sinOf(a : f32) -> f32 {
  let q = a * a;
  if (q < 0.25) { return a * (1.0 - q / 6.0 * (1.0 - q / 20.0 * (1.0 - q / 42.0 * (1.0 - q / 72.0)))); }
  return sin(a);
}`,
  },
  Sign: { value: 'sign(a)' },
  Relu6: { value: 'clamp(a, 0.0, 6.0)' },
};

/**
 * Functions of single values for webgpu: NaN stays NaN, which GPUs and tfjs make numbers of, and values near 0 are not lost
 * beside 1.
 */
export function registerWebgpuElementwise(): void {
  for (const [kernelName, { value, helpers = '' }] of Object.entries(functions)) {
    const code = `${helpers}
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let a = A[index];
  if (isnan(a)) { result[index] = a; } else { result[index] = ${value}; }
}`;
    replaceKernel('webgpu', kernelName, ({ x }, _, { backend, before }) => {
      if (x.dtype !== 'float32') return before();
      return runProgram(backend, { name: kernelName, code, shape: x.shape, dtype: 'float32' }, { A: x });
    });
  }
  // that of tfjs calls a buffer of integers float32, and programs that read it as such are invalid
  replaceKernel<{ dtype: tf.DataType }>('webgpu', 'Cast', ({ x }, { dtype }, { backend, before }) => {
    if (x.dtype === 'float32' || dtype !== 'float32') return before();
    return runProgram(backend, { name: 'Cast', code: toFloat, shape: x.shape, dtype }, { A: x });
  });
}

const toFloat = `
fn main(index : i32) {
  if (index < uniforms.size) { result[index] = f32(A[index]); }
}`;
