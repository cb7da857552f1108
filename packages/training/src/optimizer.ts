import * as tf from '@tensorflow/tfjs-core';

export interface AdamOptions {
  lr: number;
  /** PyTorch's defaults: 0.9 and 0.999. */
  betas?: [number, number];
  /** PyTorch's default: 1e-8. */
  eps?: number;
  /** Adam: 0 by default, added to the gradient. AdamW: 0.01 by default, taken from the weights directly. */
  weightDecay?: number;
}

/** What an optimizer keeps per parameter: running means of the gradient and of its square. */
interface Moments {
  first: tf.Variable;
  second: tf.Variable;
}

/** torch.optim.Adam and AdamW, to the last constant; one instance per set of parameters. */
export class Adam {
  readonly kind: 'adam' | 'adamw';
  /** May be changed between steps, for a schedule. */
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
   * @param gradients under the same names
   */
  step(parameters: Map<string, tf.Variable>, gradients: Map<string, tf.Tensor>): void {
    this.#step++;
    const [beta1, beta2] = this.#betas;
    const stepSize = this.lr / (1 - beta1 ** this.#step);
    const correction = Math.sqrt(1 - beta2 ** this.#step);
    for (const [name, gradient] of gradients) {
      const parameter = parameters.get(name);
      if (!parameter) throw new Error(`gradient for ${name}, which is not a parameter`);
      const { first, second } = this.#momentsOf(name, parameter.shape);
      tf.tidy(() => {
        let weights: tf.Tensor = parameter;
        let g = gradient;
        if (this.#weightDecay !== 0) {
          if (this.kind === 'adamw') weights = tf.mul(parameter, 1 - this.lr * this.#weightDecay);
          else g = tf.add(g, tf.mul(parameter, this.#weightDecay));
        }
        first.assign(tf.add(tf.mul(first, beta1), tf.mul(g, 1 - beta1)));
        second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
        const denominator = tf.add(tf.div(tf.sqrt(second), correction), this.#eps);
        parameter.assign(tf.sub(weights, tf.mul(tf.div(first, denominator), stepSize)));
      });
    }
  }

  /** The state as plain arrays under `first.NAME` and `second.NAME`, and the number of steps taken. */
  async state(): Promise<{ step: number; tensors: Record<string, { shape: number[]; data: Float32Array }> }> {
    const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
    for (const [name, { first, second }] of this.#moments) {
      tensors[`first.${name}`] = { shape: first.shape, data: (await first.data()) as Float32Array };
      tensors[`second.${name}`] = { shape: second.shape, data: (await second.data()) as Float32Array };
    }
    return { step: this.#step, tensors };
  }

  /** Goes on from a saved state. */
  restore(step: number, tensors: Record<string, { shape: number[]; data: Float32Array }>): void {
    this.#step = step;
    for (const [key, { shape, data }] of Object.entries(tensors)) {
      const [which, name] = [key.slice(0, key.indexOf('.')), key.slice(key.indexOf('.') + 1)];
      const moments = this.#momentsOf(name, shape);
      const moment = which === 'first' ? moments.first : moments.second;
      tf.tidy(() => moment.assign(tf.tensor(data, shape, 'float32')));
    }
  }

  dispose(): void {
    for (const { first, second } of this.#moments.values()) tf.dispose([first, second]);
    this.#moments.clear();
  }

  #momentsOf(name: string, shape: number[]): Moments {
    let moments = this.#moments.get(name);
    if (!moments) {
      moments = tf.tidy(() => ({
        first: tf.variable(tf.zeros(shape), false),
        second: tf.variable(tf.zeros(shape), false),
      }));
      this.#moments.set(name, moments);
    }
    return moments;
  }
}
