import type { Plan, Rows } from './plan.ts';

interface Kernels {
  memory: WebAssembly.Memory;
  run(program: number, end: number): void;
}

const PAGE = 65536;

/** A plan in memory of its own, ready to be run any number of times. */
export class Machine {
  readonly #plan: Plan;
  readonly #kernels: Kernels;
  readonly #floats: Float32Array;

  constructor(module: WebAssembly.Module, plan: Plan) {
    this.#plan = plan;
    this.#kernels = new WebAssembly.Instance(module).exports as unknown as Kernels;
    const { memory } = this.#kernels;
    const pages = Math.ceil(plan.bytes / PAGE) - memory.buffer.byteLength / PAGE;
    if (pages > 0) memory.grow(pages);
    this.#floats = new Float32Array(memory.buffer);
    for (const { address, values } of plan.constants) this.#floats.set(values, address / 4);
    new Int32Array(memory.buffer).set(plan.program, plan.programAddress / 4);
  }

  /**
   * @param inputs the plan's inputs, [length * pitch] each
   * @returns the plan's output [length * pitch], a view that the next run overwrites
   */
  run(inputs: ArrayLike<number>[]): Float32Array {
    const { inputs: places, output, program, programAddress } = this.#plan;
    places.forEach((place, i) => {
      this.#view(place).set(inputs[i]);
    });
    this.#kernels.run(programAddress, programAddress + program.byteLength);
    return this.#view(output);
  }

  #view({ address, pitch, length }: Rows): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + length * pitch);
  }
}
