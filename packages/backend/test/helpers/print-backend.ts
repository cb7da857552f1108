// Run by auto.node.test.ts: prints what useBackend gives here, and a gradient taken with it, as JSON.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../src/index.ts';

const name = process.argv[2] as Parameters<typeof useBackend>[0];
try {
  const info = await useBackend(name);
  const [gradient] = await tf
    .grad((x) => tf.square(x))(tf.tensor1d([3]))
    .data();
  console.log(JSON.stringify({ ...info, gradient }));
} catch (error) {
  const { name, message } = error as Error;
  console.log(JSON.stringify({ error: name, message }));
}
process.exit(0);
