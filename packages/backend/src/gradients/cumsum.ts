import * as tf from '@tensorflow/tfjs-core';

/** The gradient of cumsum: that of tfjs transposes the result unless the axis is the last one. */
export function repairCumsumGradient(): void {
  tf.registerGradient({
    kernelName: 'Cumsum',
    gradFunc: (dy, _, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
}
