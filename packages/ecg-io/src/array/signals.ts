/** One exam within the numbers of an array: where it begins, and how far apart neighbours are. */
export interface Grid {
  offset: number;
  samples: number;
  sampleStride: number;
  leads: number;
  leadStride: number;
}

/** One Float32Array per lead, each number times `scale`. */
export function takeSignals(numbers: ArrayLike<number>, grid: Grid, scale: number): Float32Array[] {
  const { offset, samples, sampleStride, leads, leadStride } = grid;
  return Array.from({ length: leads }, (_, lead) => {
    const signal = new Float32Array(samples);
    for (let i = 0, at = offset + lead * leadStride; i < samples; i++, at += sampleStride)
      signal[i] = numbers[at] * scale;
    return signal;
  });
}

/** How far apart neighbours along each axis are, in numbers; the last axis varies fastest, in Fortran order the first. */
export function stridesOf(shape: readonly number[], fortranOrder = false): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  const axes = [...shape.keys()];
  for (const axis of fortranOrder ? axes : axes.reverse()) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}
