/** Options of a finite scalar quantizer. */
export interface FsqOptions {
  /** Levels per dimension, 2 to 4096 each, with 'tanh' 2 to 1000; the number of codes, at most 2147483647, is their product. */
  levels: number[];
  /**
   * How a value is bounded before it is rounded. 'sigmoid' is HeartLLM's quantizer, with values 0, 1/(L-1) .. 1;
   * 'tanh' is FSQ as published by Mentzer et al. 2023, with values centred on 0. Codes of one mean nothing to the other.
   */
  bound: 'sigmoid' | 'tanh';
}

/** How one dimension is rounded: level i, counted from 0, stands for (i + lowest) / scale. */
interface Dimension {
  levels: number;
  stride: number;
  lowest: number;
  /** Distance between neighbouring values is 1 / scale. */
  scale: number;
  /** Where one level ends and the next begins, ascending [levels - 1]. */
  boundaries: Float64Array;
}

/** Numbers laid out as n points of D values, flat or one array per point. */
export type Points = ArrayLike<number> | ArrayLike<number>[];

// vector-quantize-pytorch widens the range by this, so that the outermost levels can be reached
const tanhMargin = 1e-3;
/** Of one dimension. Above 1000 that margin is more than half a level: what tanh bounds is rounded to levels that are not there. */
const mostLevels = { sigmoid: 4096, tanh: 1000 };

/**
 * Finite scalar quantization (Mentzer et al. 2023, and HeartLLM's sigmoid form of it): every dimension is bounded and
 * rounded by itself, and the levels read as digits give the code. There is no codebook to train or to store.
 *
 * ```ts
 * const fsq = new Fsq({ levels: [6, 6, 6, 6], bound: 'sigmoid' });
 * fsq.quantize([[0, -9, 0.3, 9]]).indices; // Int32Array [1190]
 * ```
 */
export class Fsq {
  /** Levels of each dimension, the first of which is the lowest digit of a code. */
  readonly levels: readonly number[];
  /** How a value is bounded before it is rounded; see {@link FsqOptions.bound}. */
  readonly bound: 'sigmoid' | 'tanh';
  /** Number of codes. */
  readonly codebookSize: number;
  readonly #dimensions: Dimension[];

  /** @throws RangeError for another bound, no levels, a level count out of its range, or more codes than int32 holds */
  constructor({ levels, bound }: FsqOptions) {
    if (bound !== 'sigmoid' && bound !== 'tanh') {
      throw new RangeError(`bound: expected 'sigmoid' or 'tanh', found '${bound}'`);
    }
    const most = mostLevels[bound];
    const sane = Array.isArray(levels) && levels.length > 0;
    if (!sane || levels.some((level) => !Number.isInteger(level) || level < 2 || level > most)) {
      throw new RangeError(
        `levels: expected integers from 2 to ${most} for '${bound}', found ${JSON.stringify(levels)}`,
      );
    }
    this.levels = [...levels];
    this.bound = bound;
    this.codebookSize = levels.reduce((a, b) => a * b, 1);
    if (this.codebookSize > 2 ** 31 - 1)
      throw new RangeError(`levels: ${this.codebookSize} codes do not fit into int32`);
    let stride = 1;
    this.#dimensions = levels.map((count) => {
      const dimension = bound === 'sigmoid' ? sigmoidDimension(count, stride) : tanhDimension(count, stride);
      stride *= count;
      return dimension;
    });
  }

  /**
   * Rounds points to the nearest levels; a value between two goes to the even one, as torch.round's do.
   *
   * @param x n points of D values before the bound: flat [n * D], or n arrays of D
   * @returns `codes`, the quantized values in the form x had, and `indices`, 0..codebookSize-1 [n]
   * @throws RangeError when a point does not have D values, or a value is NaN
   */
  quantize(x: ArrayLike<number>[]): {
    /** The quantized values, [n][D]. */
    codes: number[][];
    /** Which code each point is, 0..codebookSize-1 [n]. */
    indices: Int32Array;
  };
  quantize(x: ArrayLike<number>): {
    /** The quantized values, [n * D]. */
    codes: Float32Array;
    /** Which code each point is, 0..codebookSize-1 [n]. */
    indices: Int32Array;
  };
  quantize(x: Points): { codes: Float32Array | number[][]; indices: Int32Array } {
    const width = this.levels.length;
    const nested = x.length > 0 && typeof x[0] !== 'number';
    const flat = nested ? flatten(x as ArrayLike<number>[], width) : (x as ArrayLike<number>);
    if (flat.length % width !== 0) {
      throw new RangeError(`expected points of ${width} values, found ${flat.length} values in all`);
    }
    const codes = new Float32Array(flat.length);
    const indices = new Int32Array(flat.length / width);
    for (let i = 0; i < flat.length; i++) {
      if (Number.isNaN(flat[i])) throw new RangeError(`value ${i} is NaN`);
      const dimension = this.#dimensions[i % width];
      const level = levelOf(flat[i], dimension);
      codes[i] = (level + dimension.lowest) / dimension.scale;
      indices[(i / width) | 0] += level * dimension.stride;
    }
    return { codes: nested ? rows(codes, width) : codes, indices };
  }

  /**
   * The values that are rounded: bounded, in the range of the quantized ones, for a model without discretization. Their last
   * bit may differ from engine to engine.
   *
   * @param x n points of D values before the bound, flat [n * D]
   * @returns [n * D], 0 to 1 for 'sigmoid', about -1 to 1 for 'tanh'
   */
  bounded(x: ArrayLike<number>): Float32Array {
    return Float32Array.from(x, (value, i) => {
      if (this.bound === 'sigmoid') return 1 / (1 + Math.exp(-value));
      const { half, offset, shift, halfWidth } = tanhBound(this.levels[i % this.levels.length]);
      return (Math.tanh(value + shift) * half - offset) / halfWidth;
    });
  }

  /**
   * The quantized values of codes, flat [n * D].
   *
   * @param numbers codes, 0..codebookSize-1 [n]
   * @throws RangeError naming the position of a code outside 0..codebookSize-1
   */
  indicesToCodes(numbers: ArrayLike<number>): Float32Array {
    const indices = numbersOf('codes', numbers);
    const width = this.levels.length;
    const codes = new Float32Array(indices.length * width);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i];
      if (!Number.isInteger(index) || index < 0 || index >= this.codebookSize) {
        throw new RangeError(`code ${i}: expected 0 to ${this.codebookSize - 1}, found ${index}`);
      }
      this.#dimensions.forEach(({ levels, stride, lowest, scale }, d) => {
        codes[i * width + d] = ((Math.floor(index / stride) % levels) + lowest) / scale;
      });
    }
    return codes;
  }
}

/**
 * How many boundaries lie below x. Comparing with the boundaries themselves, and not rounding a sigmoid, needs no
 * function whose last bit differs between engines. A value on a boundary goes to the even level, as torch.round's do.
 */
function levelOf(x: number, { boundaries, lowest }: Dimension): number {
  let level = 0;
  while (level < boundaries.length && x > boundaries[level]) level++;
  const onBoundary = level < boundaries.length && x === boundaries[level];
  return onBoundary && (level + lowest) % 2 !== 0 ? level + 1 : level;
}

/** bounded = sigmoid(x) * (levels - 1); level k ends where that is k + 1/2. */
function sigmoidDimension(levels: number, stride: number): Dimension {
  const scale = levels - 1;
  const boundaries = Float64Array.from({ length: scale }, (_, k) => Math.log((k + 0.5) / (scale - k - 0.5)));
  return { levels, stride, lowest: 0, scale, boundaries };
}

/** bounded = tanh(x + shift) * half - offset. */
function tanhDimension(levels: number, stride: number): Dimension {
  const { half, offset, shift, halfWidth } = tanhBound(levels);
  const boundaries = Float64Array.from(
    { length: levels - 1 },
    (_, k) => Math.atanh((k - halfWidth + 0.5 + offset) / half) - shift,
  );
  return { levels, stride, lowest: -halfWidth, scale: halfWidth, boundaries };
}

/** The constants of the tanh bound for one dimension: bounded = tanh(x + shift) * half - offset. */
export function tanhBound(levels: number): { half: number; offset: number; shift: number; halfWidth: number } {
  const half = ((levels - 1) * (1 + tanhMargin)) / 2;
  // an even count has no level at 0: half a level of offset, undone at x = 0 by the shift
  const offset = levels % 2 === 0 ? 0.5 : 0;
  return { half, offset, shift: Math.atanh(offset / half), halfWidth: Math.floor(levels / 2) };
}

function flatten(points: ArrayLike<number>[], width: number): number[] {
  return points.flatMap((point, i) => {
    if (point.length !== width) throw new RangeError(`point ${i}: expected ${width} values, found ${point.length}`);
    return Array.from(point);
  });
}

function rows(flat: Float32Array, width: number): number[][] {
  const result: number[][] = [];
  for (let i = 0; i < flat.length; i += width) result.push(Array.from(flat.subarray(i, i + width)));
  return result;
}

/**
 * Version of what a code means, kept beside every stored sequence of codes: how a signal is z-scored, the order of every
 * sum, how levels are numbered (level of the first dimension + 6 times that of the second ...). It changes when the same
 * weights and samples give other codes, and never silently: whoever reads codes of another format refuses them.
 */
export const CODE_FORMAT = 1;

/**
 * Numbers that may have travelled as JSON, which writes a typed array as an object of its places: `{"0":1190,"1":27}`.
 *
 * @param what names them in the error
 * @returns the numbers themselves if they are an array of any kind
 * @throws TypeError for anything else
 */
export function numbersOf(what: string, numbers: ArrayLike<number>): ArrayLike<number> {
  if (typeof numbers === 'object' && numbers !== null) {
    if (typeof numbers.length === 'number') return numbers;
    const places = Object.keys(numbers); // whole numbers come first, and ascend
    if (places.every((place, i) => place === String(i))) return Object.values(numbers) as number[];
  }
  throw new TypeError(`${what}: expected an array of numbers, found ${typeof numbers}`);
}

/** How much of the codebook a set of codes uses. */
export interface CodeUsage {
  /** Different codes that occur. */
  used: number;
  /** exp of the entropy of the codes: 1 when one code does everything, the codebook's size when all are equally common. */
  perplexity: number;
  /** Occurrences per code [codebookSize]. */
  counts: Uint32Array;
}

/**
 * Codes used and perplexity over the whole codebook; the published "token usage" counts levels and hides collapse.
 *
 * @param codes 0..codebookSize-1, of any number of recordings
 * @param codebookSize number of codes there are, 1296 by default
 * @throws RangeError naming the position of any other code
 */
export function codeUsage(codes: Iterable<number>, codebookSize = 1296): CodeUsage {
  const counts = new Uint32Array(codebookSize);
  let total = 0;
  for (const code of codes) {
    if (!Number.isInteger(code) || code < 0 || code >= codebookSize) {
      throw new RangeError(`code ${total}: expected 0 to ${codebookSize - 1}, found ${code}`);
    }
    counts[code]++;
    total++;
  }
  let used = 0;
  let entropy = 0;
  for (const count of counts) {
    if (count === 0) continue;
    used++;
    entropy -= (count / total) * Math.log(count / total);
  }
  return { used, perplexity: Math.exp(entropy), counts };
}

/** Why codes cannot be decoded by weights that hold the encoder only, and whose can. */
export function noDecoder(): Error {
  return new Error(
    'this tokenizer has no decoder: its weights hold the encoder only. @heartllm/nano has the decoder of the weights that come with this package: npm install @heartllm/nano, then EcgTokenizer.load(folderSource("node_modules/@heartllm/nano/model"))',
  );
}
