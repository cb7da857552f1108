import * as tf from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];
interface Attributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The two gradients of conv2d for wasm, out of the operations that XNNPACK does fast. There is no gradient by the filter
 * at all (tfjs issues 8082, 8474), and the one by the input is a plain loop: 500 ms where this takes 100.
 *
 * Both lay dy out on the grid of x, with zeros between the strides. Then the input's gradient is an ordinary convolution
 * with the filter turned round, and the filter's gradient a matrix product per tap.
 */
export function registerConv2DGradients(): void {
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
      const { filterShape } = attrs as unknown as { filterShape: Shape4D };
      return tf.tidy(() => filterGradient(x, dy, filterShape, attrs as unknown as Attributes));
    },
  });
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  tf.registerKernel({
    kernelName: 'Conv2DBackpropInput',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
      const { inputShape } = attrs as unknown as { inputShape: Shape4D };
      return tf.tidy(() => inputGradient(dy, filter, inputShape, attrs as unknown as Attributes));
    },
  });
}

/** x [N, H, W, Cin], dy [N, H', W', Cout] -> [KH, KW, Cin, Cout] */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, filterShape: Shape4D, attributes: Attributes): tf.Tensor {
  const [kernelRows, kernelColumns, channels, out] = filterShape;
  const { padInfo, strideHeight, strideWidth } = convolution(x.shape, filterShape, attributes);
  const rows = (dy.shape[1] - 1) * strideHeight + kernelRows;
  const columns = (dy.shape[2] - 1) * strideWidth + kernelColumns;
  const cells = x.shape[0] * rows * columns;
  const grid = window(x, [-padInfo.top, -padInfo.left], [rows, columns]); // [N, rows, columns, Cin]
  const gridT = tf.transpose(tf.reshape(grid, [cells, channels])); // [Cin, cells]
  const dyGrid = window(dilate(dy, strideHeight, strideWidth), [0, 0], [rows, columns]); // [N, rows, columns, Cout]
  // In the flattened grid, the cell that a tap meets lies a fixed number of cells ahead.
  const last = (kernelRows - 1) * columns + kernelColumns - 1;
  const delayed =
    last === 0
      ? tf.reshape(dyGrid, [cells, out])
      : tf.pad(tf.reshape(dyGrid, [cells, out]), [
          [last, 0],
          [0, 0],
        ]);
  const taps: tf.Tensor[] = [];
  for (let row = 0; row < kernelRows; row++) {
    for (let column = 0; column < kernelColumns; column++) {
      const ahead = row * columns + column;
      taps.push(tf.matMul(gridT, tf.slice(delayed, [last - ahead, 0], [cells, out]))); // [Cin, Cout]
    }
  }
  return tf.reshape(tf.stack(taps), filterShape);
}

/** dy [N, H', W', Cout], filter [KH, KW, Cin, Cout] -> [N, H, W, Cin] */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, inputShape: Shape4D, attributes: Attributes): tf.Tensor {
  const [kernelRows, kernelColumns] = filter.shape;
  const { padInfo, strideHeight, strideWidth } = convolution(inputShape, filter.shape, attributes);
  const dyGrid = window(
    dilate(dy, strideHeight, strideWidth),
    [padInfo.top - kernelRows + 1, padInfo.left - kernelColumns + 1],
    [inputShape[1] + kernelRows - 1, inputShape[2] + kernelColumns - 1],
  );
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D; // [KH, KW, Cout, Cin]
  return tf.conv2d(dyGrid, turned, 1, 'valid');
}

function convolution(inputShape: Shape4D, filterShape: Shape4D, { strides, pad, dimRoundingMode }: Attributes) {
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
}

/** Puts zeros after every row and column. [N, H, W, C] -> [N, H * rows, W * columns, C] */
function dilate(x: tf.Tensor4D, rows: number, columns: number): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const zerosAfter = (flat: tf.Tensor, times: number) =>
    times === 1
      ? flat
      : tf.pad(flat, [
          [0, 0],
          [0, (times - 1) * flat.shape[1]!],
        ]);
  const wide = zerosAfter(tf.reshape(x, [n * h * w, c]), columns);
  const high = zerosAfter(tf.reshape(wide, [n * h, w * columns * c]), rows);
  return tf.reshape(high, [n, h * rows, w * columns, c]);
}

/** x[:, first : first + lengths] over both spatial axes, zero outside of x. [N, H, W, C] -> [N, ...lengths, C] */
function window(x: tf.Tensor4D, first: [number, number], lengths: [number, number]): tf.Tensor4D {
  const spans = [0, 1].map((axis) => {
    const size = x.shape[axis + 1];
    const start = Math.min(Math.max(first[axis], 0), size);
    const end = Math.min(Math.max(first[axis] + lengths[axis], start), size);
    const before = Math.max(-first[axis], 0);
    return { start, size: end - start, before, after: lengths[axis] - before - (end - start) };
  });
  const [h, w] = spans;
  const inside = tf.slice(x, [0, h.start, w.start, 0], [-1, h.size, w.size, -1]);
  const padding = [
    [0, 0],
    [h.before, h.after],
    [w.before, w.after],
    [0, 0],
  ] as [number, number][];
  return padding.flat().every((zeros) => zeros === 0) ? inside : (tf.pad(inside, padding) as tf.Tensor4D);
}
