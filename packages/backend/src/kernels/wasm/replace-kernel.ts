import * as tf from '@tensorflow/tfjs-core';

type Inputs = Record<string, tf.TensorInfo>;
type Run<Attributes> = (inputs: Inputs, attributes: Attributes, backend: unknown) => tf.TensorInfo | tf.TensorInfo[];

/** Puts a kernel in the place of tfjs' own for wasm, which keeps what it alone knows: strings. */
export function replaceKernel<Attributes>(kernelName: string, run: Run<Attributes>): void {
  const before = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
  if (before) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: (call) => {
      const inputs = call.inputs as Inputs;
      if (before && Object.values(inputs).some(({ dtype }) => dtype === 'string')) return before.kernelFunc(call);
      return run(inputs, call.attrs as Attributes, call.backend);
    },
  });
}
