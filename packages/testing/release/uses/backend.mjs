import { conv1d, useBackend } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';

export async function use({ wasmPaths }) {
  const { name } = await useBackend('wasm', { wasmPaths });
  const weight = tf.variable(tf.ones([4, 3, 7])); // [Cout, Cin, K]
  const loss = () => tf.mean(conv1d(tf.ones([1, 500, 3]), weight, { stride: 2, padding: 3 }));
  const { value, grads } = tf.variableGrads(loss);
  const sum = tf.sum(Object.values(grads)[0]).arraySync();
  return `${name} ${value.arraySync().toFixed(3)} ${sum.toFixed(3)}`;
}
