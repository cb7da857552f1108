import type * as tf from '@tensorflow/tfjs-core';
import { kernels } from '../../../generated/kernels.js';

/** What is used of tfjs' wasm backend object. */
export interface WasmBackend extends tf.KernelBackend {
  wasm: { asm: { memory: WebAssembly.Memory }; _malloc(bytes: number): number };
  dataIdMap: { get(id: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

type Kernel = (...numbers: number[]) => void;

/** The kernels of assembly/, see there; addresses and strides in bytes. */
interface Exports {
  scratchBytes: WebAssembly.Global;
  clip: Kernel;
  clipInt: Kernel;
  copyBlocks: Kernel;
  dots: Kernel;
  extreme: Kernel;
  gemm: Kernel;
  maxPoolGrad: Kernel;
  sinNearZero: Kernel;
  sum: Kernel;
  sumInt: Kernel;
  toBool: Kernel;
  unary: Kernel;
}

/** A matrix of float32 somewhere in memory: value i, j lies at `at` + i `row` + j `column`, in bytes. */
export interface Matrix {
  at: number;
  row: number;
  column: number;
}

/** Below this many rows, B is read as it lies instead of being packed first. */
const fewRows = 8;

/** The memory of tfjs' wasm backend and the kernels that work in it. */
export class WasmMemory {
  /** The kernels, which take addresses of tensors. */
  readonly run: Omit<Exports, 'scratchBytes'>;
  readonly #backend: WasmBackend;
  readonly #scratch: number;

  /** @throws WebAssembly.CompileError where the engine has no SIMD */
  constructor(backend: WasmBackend) {
    const { memory } = backend.wasm.asm;
    const bytes = Uint8Array.from(atob(kernels), (character) => character.charCodeAt(0));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    const { scratchBytes, ...run } = instance.exports as unknown as Exports;
    this.run = run;
    this.#backend = backend;
    this.#scratch = backend.wasm._malloc(scratchBytes.value);
  }

  /** Where a tensor lies. */
  addressOf({ dataId }: tf.TensorInfo): number {
    return this.#backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** A new tensor, of whatever lay there before. */
  make(shape: number[], dtype: tf.DataType): tf.TensorInfo {
    return this.#backend.makeOutput(shape, dtype);
  }

  /** A new tensor of zeros. */
  zeros(shape: number[]): tf.TensorInfo {
    const made = this.make(shape, 'float32');
    const size = shape.reduce((a, b) => a * b, 1);
    new Float32Array(this.#backend.wasm.asm.memory.buffer, this.addressOf(made), size).fill(0);
    return made;
  }

  free({ dataId }: tf.TensorInfo): void {
    this.#backend.disposeData(dataId);
  }

  /** c += a b, [m, k] and [k, n] to [m, n]; neighbours in a row of c lie side by side. */
  addProduct([m, k, n]: [number, number, number], a: Matrix, b: Matrix, c: Omit<Matrix, 'column'>): void {
    if (m < fewRows && a.column === 4 && b.row === 4) {
      this.run.dots(m, n, k, a.at, a.row, b.at, b.column, c.at, c.row);
    } else {
      this.run.gemm(m, n, k, a.at, a.row, a.column, b.at, b.row, b.column, c.at, c.row, this.#scratch);
    }
  }
}
