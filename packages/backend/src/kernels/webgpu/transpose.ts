import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import { runProgram } from './program.ts';

/** Most axes that are turned at once. */
const rank = 6;

/** Transpose of int32 and bool for webgpu: that of tfjs is no valid program for more than two axes, and rounds to float32. */
export function registerWebgpuTranspose(): void {
  replaceKernel<{ perm: number[] }>('webgpu', 'Transpose', ({ x }, { perm }, { backend, before }) => {
    if (x.dtype === 'float32') return before();
    if (perm.length > rank) throw new Error(`transpose on webgpu: expected at most ${rank} axes, found [${x.shape}]`);
    const shape = perm.map((axis) => x.shape[axis]);
    const steps = perm.map((axis) => tf.util.sizeFromShape(x.shape.slice(axis + 1)));
    const axes = Array.from({ length: rank }, (_, i) => i - (rank - perm.length)); // those in front have length 1
    const uniforms = Object.fromEntries(
      axes.flatMap((axis, i) => [
        [`length${i}`, shape[axis] ?? 1],
        [`step${i}`, steps[axis] ?? 0],
      ]),
    );
    return runProgram(backend, { name: 'Transpose', code, shape, dtype: x.dtype }, { x }, uniforms);
  });
}

const code = `
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  var rest = index;
  var at = 0;
${Array.from({ length: rank }, (_, i) => rank - 1 - i)
  .map((i) => `  at = at + rest % uniforms.length${i} * uniforms.step${i};\n  rest = rest / uniforms.length${i};`)
  .join('\n')}
  result[index] = x[at];
}`;
