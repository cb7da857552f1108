/** A dense array in float64, row by row: the oracle's tensor. */
export interface NdArray {
  shape: number[];
  data: Float64Array;
}

/** Fills an array by index. */
export function build(shape: number[], value: (index: number[]) => number): NdArray {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = new Float64Array(size);
  const index = shape.map(() => 0);
  for (let i = 0; i < size; i++) {
    data[i] = value(index);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return { shape, data };
}

/** The value at an index; zero outside, as if padded. An axis of length 1 repeats, as in broadcasting. */
export function at({ shape, data }: NdArray, index: number[]): number {
  const skipped = index.length - shape.length; // a shorter shape is aligned on the right
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const i = shape[axis] === 1 ? 0 : index[axis + skipped];
    if (i < 0 || i >= shape[axis]) return 0;
    offset = offset * shape[axis] + i;
  }
  return data[offset];
}

export function map(x: NdArray, f: (value: number) => number): NdArray {
  return { shape: x.shape, data: x.data.map(f) };
}

/** Element by element over two arrays, broadcast like numpy. */
export function zip(a: NdArray, b: NdArray, f: (a: number, b: number) => number): NdArray {
  const rank = Math.max(a.shape.length, b.shape.length);
  const length = (x: NdArray, axis: number) => x.shape[axis - rank + x.shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => Math.max(length(a, axis), length(b, axis)));
  return build(shape, (index) => f(at(a, index), at(b, index)));
}

/** Reduces the given axes, which stay with length 1. */
export function reduce(x: NdArray, axes: number[], f: (values: number[]) => number): NdArray {
  const shape = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const reduced = axes.map((axis) => x.shape[axis]);
  return build(shape, (index) => {
    const values: number[] = [];
    build(reduced, (inner) => {
      const full = index.map((i, axis) => (axes.includes(axis) ? inner[axes.indexOf(axis)] : i));
      return values.push(at(x, full));
    });
    return f(values);
  });
}

export function reshape(x: NdArray, shape: number[]): NdArray {
  return { shape, data: x.data };
}

export const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** Sum of f(i) for i in 0..n-1. */
export function total(n: number, f: (i: number) => number): number {
  let result = 0;
  for (let i = 0; i < n; i++) result += f(i);
  return result;
}

/** n points evenly spread over (low, high), shuffled by `seed`: no ties, no value near 0 by chance. Exact in float32. */
export function spread(shape: number[], { low = -1, high = 1, seed = 1 } = {}): NdArray {
  const x = build(shape, () => 0);
  const n = x.data.length;
  for (let i = 0; i < n; i++) x.data[i] = Math.fround(low + ((i + 0.37) / n) * (high - low));
  let state = seed;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [x.data[i], x.data[j]] = [x.data[j], x.data[i]];
  }
  return x;
}

/** Central differences of sum(f(inputs) * weights) by every element of every input. */
export function numericGradients(
  f: (...inputs: NdArray[]) => NdArray,
  inputs: NdArray[],
  weights: NdArray,
): Float64Array[] {
  const h = 1e-5;
  const loss = () => {
    const outputs = f(...inputs).data;
    return total(outputs.length, (i) => outputs[i] * weights.data[i]);
  };
  return inputs.map(({ data }) =>
    data.map((value, i) => {
      data[i] = value + h;
      const above = loss();
      data[i] = value - h;
      const below = loss();
      data[i] = value;
      return (above - below) / (2 * h);
    }),
  );
}
