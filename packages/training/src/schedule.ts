/** How a learning rate falls to 0 from the end of the warm-up to the end of the run, or that it does not. */
export type Schedule = 'constant' | 'cosine' | 'linear';

/** A run's learning rates. */
export interface LearningRates {
  /** The highest. */
  lr: number;
  /** Default 'constant'. */
  schedule?: Schedule;
  /** Steps over which it rises to `lr` along a line; default 0. */
  warmup?: number;
  /** Steps of the whole run, the warm-up included. */
  totalSteps: number;
}

const SHAPES: Record<Schedule, (done: number) => number> = {
  constant: () => 1,
  cosine: (done) => (1 + Math.cos(Math.PI * done)) / 2,
  linear: (done) => 1 - done,
};

/**
 * The learning rate of a step: `lr * (step + 1) / warmup` while it rises, then `lr` times 1, a half cosine or a line down to 0.
 *
 * @param step counted from 0
 */
export function learningRate(
  step: number,
  { lr, schedule = 'constant', warmup = 0, totalSteps }: LearningRates,
): number {
  if (step < warmup) return (lr * (step + 1)) / warmup;
  return lr * SHAPES[schedule]((step - warmup) / Math.max(1, totalSteps - warmup));
}
