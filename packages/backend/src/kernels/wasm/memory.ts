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
  copyBlocks: Kernel;
  dots: Kernel;
  gemm: Kernel;
  maxPoolGrad: Kernel;
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
  readonly copyBlocks: Kernel;
  readonly maxPoolGrad: Kernel;
  readonly #backend: WasmBackend;
  readonly #gemm: Kernel;
  readonly #dots: Kernel;
  readonly #scratch: number;

  /** @throws WebAssembly.CompileError where the engine has no SIMD */
  constructor(backend: WasmBackend) {
    const { memory } = backend.wasm.asm;
    const bytes = Uint8Array.from(atob(kernels), (character) => character.charCodeAt(0));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    const { copyBlocks, dots, gemm, maxPoolGrad, scratchBytes } = instance.exports as unknown as Exports;
    this.copyBlocks = copyBlocks;
    this.maxPoolGrad = maxPoolGrad;
    this.#backend = backend;
    this.#gemm = gemm;
    this.#dots = dots;
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
      this.#dots(m, n, k, a.at, a.row, b.at, b.column, c.at, c.row);
    } else {
      this.#gemm(m, n, k, a.at, a.row, a.column, b.at, b.row, b.column, c.at, c.row, this.#scratch);
    }
  }
}
