import * as tf from '@tensorflow/tfjs-core';

/** What is used of tfjs' webgpu backend object: it runs a WGSL program. */
interface WebgpuBackend extends tf.KernelBackend {
  runWebGPUProgram(
    program: Program,
    inputs: tf.TensorInfo[],
    dtype: tf.DataType,
    uniforms: { type: 'int32'; data: number[] }[],
  ): tf.TensorInfo;
}

/** As the programs of tfjs describe themselves. The code sees `result`, an array for each variable, and `uniforms`. */
interface Program {
  variableNames: string[];
  /** Fields of `uniforms` behind shapes and sizes, 'n : i32,'. */
  uniforms: string;
  /** `uniforms.size` is the number of values of the result. */
  size: true;
  outputShape: number[];
  workgroupSize: [number, number, number];
  dispatchLayout: { x: number[] };
  dispatch: [number, number, number];
  /** Programs of the same key, dtypes and ranks share their code. */
  shaderKey: string;
  getUserCode(): string;
}

/** Threads of a workgroup. */
export const threads = 64;

/**
 * Runs WGSL with a workgroup of {@link threads} for every value of the result, or with one for as many values.
 *
 * @param code declares `fn main(index : i32)`, where `index` counts threads
 */
export function runProgram(
  backend: unknown,
  {
    name,
    code,
    shape,
    dtype,
    perValue = false,
  }: { name: string; code: string; shape: number[]; dtype: tf.DataType; perValue?: boolean },
  inputs: Record<string, tf.TensorInfo>,
  uniforms: Record<string, number> = {},
): tf.TensorInfo {
  const size = tf.util.sizeFromShape(shape);
  const program: Program = {
    variableNames: Object.keys(inputs),
    uniforms: Object.keys(uniforms)
      .map((field) => `${field} : i32,`)
      .join(' '),
    size: true,
    outputShape: shape,
    workgroupSize: [threads, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [perValue ? size : Math.ceil(size / threads), 1, 1],
    shaderKey: `heartllm_${name}`,
    getUserCode: () => code,
  };
  const data = Object.values(uniforms).map((value) => ({ type: 'int32' as const, data: [value] }));
  return (backend as WebgpuBackend).runWebGPUProgram(program, Object.values(inputs), dtype, data);
}
