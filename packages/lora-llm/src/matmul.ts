import * as tf from '@tensorflow/tfjs-core';

/*
 * tfjs' wasm backend multiplies fast only for a single pair of matrices without transposition (XNNPACK packs the
 * second one); its other path runs at a tenth of the speed. So on wasm transpositions are made explicit and batches
 * are taken one by one. Other backends take the flags and the batch as they are.
 */
const onWasm = () => tf.getBackend() === 'wasm';

/** Below this many multiply-adds per matrix pair, wasm's slow path costs less than the calls to avoid it. */
const smallProduct = 4096;

/** a b for matrices, either of them transposed first. */
export function product(a: tf.Tensor2D, b: tf.Tensor2D, transposeA = false, transposeB = false): tf.Tensor2D {
  if (!onWasm()) return tf.matMul(a, b, transposeA, transposeB);
  return tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b);
}

/** The same for each of P pairs: [P, M, K] and [P, K, N] to [P, M, N], before transposition. */
export function batchProduct(a: tf.Tensor3D, b: tf.Tensor3D, transposeA = false, transposeB = false): tf.Tensor3D {
  const work = (a.size / a.shape[0]) * b.shape[transposeB ? 1 : 2];
  if (!onWasm() || work < smallProduct) return tf.matMul(a, b, transposeA, transposeB);
  const left = matrices(transposeA ? tf.transpose(a, [0, 2, 1]) : a);
  const right = matrices(transposeB ? tf.transpose(b, [0, 2, 1]) : b);
  return tf.concat(left.map((matrix, i) => tf.matMul(matrix, right[i]))) as tf.Tensor3D;
}

/** [P, M, N] as P times [1, M, N], through JavaScript: slice copies all of its input for every piece on wasm. */
function matrices(x: tf.Tensor3D): tf.Tensor3D[] {
  const [count, rows, columns] = x.shape;
  const values = x.dataSync();
  return Array.from({ length: count }, (_, i) =>
    tf.tensor3d(values.subarray(i * rows * columns, (i + 1) * rows * columns), [1, rows, columns]),
  );
}

/**
 * x W^T, a linear layer without bias, as torch.nn.Linear stores it.
 *
 * The gradient of W is not computed when W is a variable that is not trainable: for the frozen base of a LoRA it would cost a
 * third of the step and be thrown away.
 *
 * @param x [N, in]
 * @param weight [out, in]
 * @returns [N, out]
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  if (weight instanceof tf.Variable && !weight.trainable) {
    const frozen = tf.customGrad(() => ({
      value: forward(x, weight),
      gradFunc: (dy: tf.Tensor) => product(dy as tf.Tensor2D, weight), // [N, in]
    }));
    return frozen(x) as tf.Tensor2D;
  }
  const trained = tf.customGrad((_x, _weight, save) => {
    (save as tf.GradSaveFunc)([x, weight]);
    return {
      value: forward(x, weight),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, weight] = saved as tf.Tensor2D[];
        return [product(dy as tf.Tensor2D, weight), product(dy as tf.Tensor2D, x, true)]; // [N, in], [out, in]
      },
    };
  });
  return trained(x, weight) as tf.Tensor2D;
}

function forward(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  // for a few rows transposing the activations costs less than transposing the weights
  if (onWasm() && x.shape[0] <= 16) return tf.transpose(tf.matMul(weight, tf.transpose(x)));
  return product(x, weight, false, true);
}
