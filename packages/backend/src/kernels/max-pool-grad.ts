import * as tf from '@tensorflow/tfjs-core';

interface Attributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * MaxPoolGrad for wasm, whose own starts each search at the smallest positive float instead of minus infinity: windows
 * in which every value is negative get no gradient.
 */
export function registerMaxPoolGrad(): void {
  tf.unregisterKernel('MaxPoolGrad', 'wasm');
  tf.registerKernel({
    kernelName: 'MaxPoolGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, input } = inputs as { dy: tf.Tensor4D; input: tf.Tensor4D };
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
      const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
      return tf.tensor(scatterToMaxima(input.dataSync(), dy.dataSync(), info), input.shape);
    },
  });
}

/** Adds each dy to the place of the first maximum of its window. */
function scatterToMaxima(x: ArrayLike<number>, dy: ArrayLike<number>, info: tf.backend_util.Conv2DInfo): Float32Array {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth } = info;
  const dx = new Float32Array(batchSize * inHeight * inWidth * channels);
  let output = 0;
  for (let n = 0; n < batchSize; n++) {
    for (let i = 0; i < outHeight; i++) {
      const top = i * info.strideHeight - info.padInfo.top;
      const rowEnd = Math.min(top + info.filterHeight, inHeight);
      for (let j = 0; j < outWidth; j++) {
        const left = j * info.strideWidth - info.padInfo.left;
        const columnEnd = Math.min(left + info.filterWidth, inWidth);
        for (let c = 0; c < channels; c++) {
          let best = -1;
          for (let row = Math.max(top, 0); row < rowEnd; row++) {
            for (let column = Math.max(left, 0); column < columnEnd; column++) {
              const place = ((n * inHeight + row) * inWidth + column) * channels + c;
              if (best < 0 || x[place] > x[best]) best = place;
            }
          }
          dx[best] += dy[output++];
        }
      }
    }
  }
  return dx;
}
