import * as tf from '@tensorflow/tfjs-core';

/** UnsortedSegmentSum, the gradient of gather, for wasm (tfjs issue 8082): a scatter that adds rows up. */
export function registerUnsortedSegmentSum(): void {
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, segmentIds } = inputs as { x: tf.Tensor; segmentIds: tf.Tensor };
      const { numSegments } = attrs as unknown as { numSegments: number };
      return tf.tidy(() => {
        const rows = segmentIds.size;
        const width = x.size / rows;
        const flat = tf.scatterND(tf.reshape(segmentIds, [rows, 1]), tf.reshape(x, [rows, width]), [
          numSegments,
          width,
        ]);
        return tf.reshape(flat, [numSegments, ...x.shape.slice(segmentIds.rank)]);
      });
    },
  });
}
