import * as tf from '@tensorflow/tfjs-core';

type Inputs = Record<string, tf.Tensor>;
type Output = tf.TensorInfo | tf.TensorInfo[];

/** What a kernel that replaces another one has of its call, besides inputs and attributes. */
export interface Replacing {
  /** The backend object. */
  backend: unknown;
  /** The kernel that was there: on the inputs and attributes of the call, or on others. */
  before(inputs?: Inputs, attributes?: object): tf.Tensor;
}

const ours = new WeakSet<object>();

/** Whether a kernel is one of ours: another copy of tfjs that is loaded later puts its own in its place. */
export function isReplaced(backendName: string, kernelName: string): boolean {
  const config = tf.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
  return config !== undefined && ours.has(config);
}

/** Puts a kernel in the place of tfjs' own, which keeps what it alone knows: strings and complex numbers. */
export function replaceKernel<Attributes>(
  backendName: string,
  kernelName: string,
  run: (inputs: Inputs, attributes: Attributes, call: Replacing) => Output,
): void {
  const own = tf.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
  if (own) tf.unregisterKernel(kernelName, backendName);
  const config: tf.KernelConfig = {
    kernelName,
    backendName,
    kernelFunc: (call) => {
      const { backend } = call;
      const inputs = call.inputs as Inputs;
      if (own && Object.values(inputs).some((input) => input?.dtype === 'string' || input?.dtype === 'complex64')) {
        return own.kernelFunc(call);
      }
      const before: Replacing['before'] = (others = inputs, attributes = call.attrs ?? {}) =>
        asTensor(own!.kernelFunc({ inputs: others, attrs: attributes as tf.NamedAttrMap, backend }) as tf.TensorInfo);
      return run(inputs, call.attrs as Attributes, { backend, before });
    },
  };
  ours.add(config);
  tf.registerKernel(config);
}

/** What a kernel gave as a tensor, which operations take and tf.tidy frees. */
function asTensor(made: tf.TensorInfo): tf.Tensor {
  return 'rank' in made ? (made as tf.Tensor) : tf.engine().makeTensorFromTensorInfo(made);
}
