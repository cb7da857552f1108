import * as tf from '@tensorflow/tfjs-core';

/** torch.optim.Adam with its defaults, for the tests. */
export class Adam {
  private readonly moments: { variable: tf.Variable; first: tf.Variable; second: tf.Variable }[];
  private readonly rate: number;
  private steps = 0;

  constructor(variables: tf.Variable[], rate: number) {
    const zeros = (variable: tf.Variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
    this.moments = variables.map((variable) => ({ variable, first: zeros(variable), second: zeros(variable) }));
    this.rate = rate;
  }

  step(gradients: tf.NamedTensorMap): void {
    this.steps++;
    tf.tidy(() => {
      for (const { variable, first, second } of this.moments) {
        const gradient = gradients[variable.name];
        first.assign(tf.add(tf.mul(first, 0.9), tf.mul(gradient, 0.1)));
        second.assign(tf.add(tf.mul(second, 0.999), tf.mul(tf.square(gradient), 0.001)));
        const spread = tf.add(tf.div(tf.sqrt(second), Math.sqrt(1 - 0.999 ** this.steps)), 1e-8);
        variable.assign(tf.sub(variable, tf.mul(tf.div(first, spread), this.rate / (1 - 0.9 ** this.steps))));
      }
    });
  }

  dispose(): void {
    for (const { first, second } of this.moments) tf.dispose([first, second]);
  }
}
