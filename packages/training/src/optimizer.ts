import * as tf from '@tensorflow/tfjs-core';

/** What an optimizer is told; the names are those of torch.optim, in camel case. */
export interface AdamOptions {
  /** Learning rate; has no default here. */
  lr: number;
  /** Of the running means of gradient and square; PyTorch's defaults: 0.9 and 0.999. */
  betas?: [number, number];
  /** Added to the root of the mean square; PyTorch's default: 1e-8. */
  eps?: number;
  /** Adam: 0 by default, added to the gradient. AdamW: 0.01 by default, taken from the weights directly. */
  weightDecay?: number;
}

/** What an optimizer keeps per parameter: running means of the gradient and of its square, as flat lists. */
interface Moments {
  shape: number[];
  first: tf.Variable;
  second: tf.Variable;
}

interface Update extends Moments {
  parameter: tf.Variable;
  gradient: tf.Tensor;
}

/** Parameters of at most so many values are updated together, end to end: each operation costs more to call than to do. */
const small = 2 ** 14;

/**
 * torch.optim.Adam (Kingma & Ba 2015, arXiv 1412.6980) and AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101), to the last
 * constant; one instance per set of parameters.
 */
export class Adam {
  /** Which of the two; a checkpoint of one cannot be gone on with by the other. */
  readonly kind: 'adam' | 'adamw';
  /** Learning rate; may be changed between steps, for a schedule. */
  lr: number;
  readonly #betas: [number, number];
  readonly #eps: number;
  readonly #weightDecay: number;
  readonly #moments = new Map<string, Moments>();
  #step = 0;

  constructor(kind: 'adam' | 'adamw', { lr, betas = [0.9, 0.999], eps = 1e-8, weightDecay }: AdamOptions) {
    this.kind = kind;
    this.lr = lr;
    this.#betas = betas;
    this.#eps = eps;
    this.#weightDecay = weightDecay ?? (kind === 'adamw' ? 0.01 : 0);
  }

  /**
   * Updates the parameters in place; a parameter without a gradient stays as it is.
   *
   * @param parameters by name
   * @param gradients under the same names, each of its parameter's shape; not disposed of
   * @throws Error for a gradient whose name is no parameter's
   */
  step(parameters: Map<string, tf.Variable>, gradients: Map<string, tf.Tensor>): void {
    this.#step++;
    const updates = [...gradients].map(([name, gradient]): Update => {
      const parameter = parameters.get(name);
      if (!parameter) throw new Error(`gradient for ${name}, which is not a parameter`);
      return { parameter, gradient, ...this.#momentsOf(name, parameter.shape) };
    });
    const together = updates.filter(({ parameter }) => parameter.size <= small);
    if (together.length > 0) this.#update(together);
    for (const update of updates) if (update.parameter.size > small) this.#update([update]);
  }

  #update(updates: Update[]): void {
    const [beta1, beta2] = this.#betas;
    const stepSize = this.lr / (1 - beta1 ** this.#step);
    const correction = Math.sqrt(1 - beta2 ** this.#step);
    const sizes = updates.map(({ first }) => first.size);
    const alone = updates.length === 1;
    const joined = (tensors: tf.Tensor[]) => {
      const flat = tensors.map((tensor) => tf.reshape(tensor, [-1]));
      return alone ? flat[0] : tf.concat(flat);
    };
    tf.tidy(() => {
      const before = joined(updates.map(({ parameter }) => parameter));
      let weights = before;
      let g = joined(updates.map(({ gradient }) => gradient));
      if (this.#weightDecay !== 0) {
        if (this.kind === 'adamw') weights = tf.mul(before, 1 - this.lr * this.#weightDecay);
        else g = tf.add(g, tf.mul(before, this.#weightDecay));
      }
      const mean = joined(updates.map(({ first }) => first));
      const meanSquare = joined(updates.map(({ second }) => second));
      const first = tf.add(tf.mul(mean, beta1), tf.mul(g, 1 - beta1));
      const second = tf.add(tf.mul(meanSquare, beta2), tf.mul(tf.square(g), 1 - beta2));
      const denominator = tf.add(tf.div(tf.sqrt(second), correction), this.#eps);
      const after = tf.sub(weights, tf.mul(tf.div(first, denominator), stepSize));
      const [weightParts, firstParts, secondParts] = [after, first, second].map((all) =>
        alone ? [all] : tf.split(all, sizes),
      );
      for (const [i, update] of updates.entries()) {
        update.parameter.assign(tf.reshape(weightParts[i], update.shape));
        update.first.assign(firstParts[i]);
        update.second.assign(secondParts[i]);
      }
    });
  }

  /** The state as plain arrays under `first.NAME` and `second.NAME`, and the number of steps taken. */
  async state(): Promise<{
    /** Steps taken. */
    step: number;
    /** Running means of the gradients, `first.NAME`, and of their squares, `second.NAME`; of what has had a gradient. */
    tensors: Record<
      string,
      {
        /** The parameter's. */
        shape: number[];
        /** Row by row. */
        data: Float32Array;
      }
    >;
  }> {
    const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
    for (const [name, { shape, first, second }] of this.#moments) {
      tensors[`first.${name}`] = { shape, data: (await first.data()) as Float32Array };
      tensors[`second.${name}`] = { shape, data: (await second.data()) as Float32Array };
    }
    return { step: this.#step, tensors };
  }

  /** Goes on from a saved state, as {@link Adam.state} gives it. */
  restore(step: number, tensors: Record<string, { shape: number[]; data: Float32Array }>): void {
    this.#step = step;
    for (const [key, { shape, data }] of Object.entries(tensors)) {
      const [which, name] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
      const moments = this.#momentsOf(name, shape);
      const moment = which === 'first' ? moments.first : moments.second;
      tf.tidy(() => moment.assign(tf.tensor1d(data, 'float32')));
    }
  }

  /** Frees the two moments of every parameter; the parameters stay. */
  dispose(): void {
    for (const { first, second } of this.#moments.values()) tf.dispose([first, second]);
    this.#moments.clear();
  }

  #momentsOf(name: string, shape: number[]): Moments {
    let moments = this.#moments.get(name);
    if (!moments) {
      const zeros = () => tf.variable(tf.zeros([shape.reduce((a, b) => a * b, 1)]), false);
      moments = tf.tidy(() => ({ shape, first: zeros(), second: zeros() }));
      this.#moments.set(name, moments);
    }
    return moments;
  }
}
