/** Rows of a signal: time steps one after the other, each with its channels side by side, zeros before and after. */
export interface Rows {
  /** Of the first row (of the first lead), in bytes. */
  address: number;
  channels: number;
  /** Floats from row to row: the channels and, up to a multiple of eight, zeros. */
  pitch: number;
  length: number;
  /** Signals of the same form that the same is done to, and bytes from one to the next. */
  leads: number;
  leadBytes: number;
}

/** What the kernels run, and the memory it needs: plain data, which can be sent to a worker. */
export interface Plan {
  /** Of memory in all. */
  bytes: number;
  constants: { address: number; values: Float32Array }[];
  /** Calls of the kernels with their arguments; see assembly/index.ts. */
  program: Int32Array;
  programAddress: number;
  inputs: Rows[];
  output: Rows;
}

/** Rows kept on both sides of a signal, zeros at first: the widest kernel, 7, reaches 6 samples back if it is causal. */
const MARGIN = 6;
/** Bytes of sums and sums of squares of eight channels; see assembly/statistics.ts. */
const STATISTICS = 128;
/** Where allocation begins; address 0 stands for "none". */
const START = 64;
/** WebAssembly memory ends at 4 GiB; a plan beyond a quarter of it is a mistake in a configuration. */
const MOST_BYTES = 2 ** 30;

/** Lays out memory and lists the kernels' calls for one network and one length. Nothing is computed here. */
export class Planner {
  readonly #constants: Plan['constants'] = [];
  readonly #program: number[] = [];
  readonly #leads: number;
  #bytes = START;

  /** @param leads that take the same way, with the same weights; more than one for causal networks only */
  constructor(leads = 1) {
    this.#leads = leads;
  }

  /** Zeros. @throws RangeError when the network and the length need more than 1 GiB */
  allocate(bytes: number): number {
    const address = this.#bytes;
    this.#bytes += Math.ceil(bytes / 64) * 64;
    if (this.#bytes > MOST_BYTES)
      throw new RangeError(
        `the network and its window would need ${this.#bytes} bytes and more, at most ${MOST_BYTES}`,
      );
    return address;
  }

  constant(values: Float32Array): number {
    const address = this.allocate(values.byteLength);
    this.#constants.push({ address, values });
    return address;
  }

  /** A signal for the kernels to write. */
  rows(channels: number, length: number, leads = this.#leads): Rows {
    return this.#rows(channels, eights(channels) * 8, length, leads);
  }

  /** A signal from outside, without padding between its rows. */
  input(channels: number, length: number): Rows {
    return this.#rows(channels, channels, length);
  }

  #rows(channels: number, pitch: number, length: number, leads = this.#leads): Rows {
    const margin = aligned(MARGIN * pitch * 4); // so that the first row is aligned
    const leadBytes = aligned(2 * margin + length * pitch * 4);
    const address = this.allocate(leads * leadBytes) + margin;
    return { address, channels, pitch, length, leads, leadBytes };
  }

  /** One lead of several. */
  lead(x: Rows, index: number): Rows {
    return { ...x, address: x.address + index * x.leadBytes, leads: 1 };
  }

  statistics(channels: number): number {
    return this.allocate(eights(channels) * STATISTICS);
  }

  /**
   * Eight output channels of a convolution.
   *
   * @param octet which eight channels of y
   * @param weights [n][8]; n neighbouring numbers of x are under the kernel
   * @param first row of x where the kernel begins for the first row of y, may be negative; `every` rows of x per row
   * @param init what the sums start from: other rows (or y itself), eight biases, or zeros
   * @param into rows of y that are written: from `offset` on, every `step`th
   */
  dots(call: {
    x: Rows;
    y: Rows;
    octet: number;
    weights: Float32Array;
    first: number;
    every?: number;
    init?: Rows | Float32Array;
    into?: { offset: number; step: number };
    statistics?: number;
  }): void {
    const { x, y, octet, weights, first, every = 1, init, into = { offset: 0, step: 1 }, statistics } = call;
    const pitch = (rows: Rows) => rows.pitch * 4;
    const start = (rows: Rows) => rows.address + octet * 32;
    const initRows = init instanceof Float32Array ? undefined : init;
    const from = init instanceof Float32Array ? this.constant(init) : initRows ? start(initRows) : 0;
    const at = this.constant(weights);
    const [xStart, yStart] = [x.address + first * pitch(x), start(y) + into.offset * pitch(y)];
    const byRow = {
      count: Math.floor((y.length - into.offset + into.step - 1) / into.step),
      x: every * pitch(x),
      init: initRows ? pitch(initRows) : 0,
      y: into.step * pitch(y),
    };
    const byLead = { count: y.leads, x: x.leadBytes, init: initRows?.leadBytes ?? 0, y: y.leadBytes };
    // the kernel takes four sums at once: rows of a lead, or, where there are fewer, leads of a row
    const [outer, inner] = byRow.count >= byLead.count ? [byLead, byRow] : [byRow, byLead];
    for (let i = 0; i < outer.count; i++) {
      this.#program.push(
        0,
        xStart + i * outer.x,
        inner.x,
        weights.length / 8,
        at,
        from + i * outer.init,
        inner.init,
        yStart + i * outer.y,
        inner.y,
        inner.count,
        statistics === undefined ? 0 : statistics + octet * STATISTICS,
      );
    }
  }

  /** Maximum of each sample and its two neighbours, or, causal, the two before it. */
  maxPool(x: Rows, causal: boolean): Rows {
    const y = this.#rows(x.channels, x.pitch, x.length);
    const pitch = x.pitch * 4;
    // causal: centred on the sample before; a row more at both ends, as the kernel takes the ends for a signal's own
    for (let i = 0; i < x.leads; i++) {
      const [from, to] = [x.address + i * x.leadBytes, y.address + i * y.leadBytes];
      if (causal) this.#program.push(1, from - 2 * pitch, to - pitch, pitch, x.length + 2);
      else this.#program.push(1, from, to, pitch, x.length);
    }
    return y;
  }

  /** GroupNorm and LeakyReLU in place, of one lead, from statistics that were gathered while y was written. */
  normalize(y: Rows, statistics: number, scale: Float32Array, shift: Float32Array, groups: number): void {
    const at = this.#affine(y, scale, shift);
    const scratch = this.allocate(2 * y.pitch * 4);
    const perGroup = y.channels / groups;
    this.#program.push(2, y.address, y.pitch * 4, y.length, statistics, at, scratch, groups, perGroup);
  }

  /** A scale and a shift per channel and LeakyReLU, in place. */
  scaleShift(y: Rows, scale: Float32Array, shift: Float32Array): void {
    const at = this.#affine(y, scale, shift);
    for (let i = 0; i < y.leads; i++) {
      this.#program.push(3, y.address + i * y.leadBytes, y.pitch * 4, y.length, at);
    }
  }

  /** Keeps the last rows of a signal as the rows before its first, so that the next run goes on where this one ended. */
  carry(x: Rows): void {
    const before = MARGIN * x.pitch * 4;
    for (let i = 0; i < x.leads; i++) {
      const target = x.address + i * x.leadBytes - before;
      this.#program.push(4, target, target + x.length * x.pitch * 4, before);
    }
  }

  #affine(y: Rows, scale: Float32Array, shift: Float32Array): number {
    const affine = new Float32Array(2 * y.pitch);
    affine.set(scale);
    affine.set(shift, y.pitch);
    return this.constant(affine);
  }

  plan(inputs: Rows[], output: Rows): Plan {
    const program = Int32Array.from(this.#program);
    const programAddress = this.allocate(program.byteLength);
    return { bytes: this.#bytes, constants: this.#constants, program, programAddress, inputs, output };
  }
}

/** Up to a multiple of a vector's 16 bytes. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

/** Groups of eight channels that hold so many. */
export function eights(channels: number): number {
  return Math.ceil(channels / 8);
}
