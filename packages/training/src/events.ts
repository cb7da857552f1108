/** What a training run reports while it runs; a command line draws a bar from it, a page something else. */
export type TrainingEvent =
  | StartEvent
  | StepEvent
  | ValidationEvent
  | { type: 'checkpoint'; step: number; path: string }
  | { type: 'end'; step: number; reason: 'finished' | 'patience' | 'stopped' };

/** The first event of a run, before any step. */
export interface StartEvent {
  type: 'start';
  /** Steps taken before. */
  step: number;
  totalSteps: number;
  trainedParameters: number;
  /** Whether it goes on from a checkpoint. */
  resumed: boolean;
  /** What is wrong with the last checkpoint, where it could not be gone on with. */
  damaged?: string;
}

/** A step was taken. Losses are means in nats (stages 2 and 3) or of squared z-scores (stage 1). */
export interface StepEvent {
  type: 'step';
  step: number;
  totalSteps: number;
  /** Before the update. */
  loss: number;
  /** Learning rate of the update. */
  lr: number;
  /** 2-norm of all gradients before they were clipped; absent where they are not. */
  gradientNorm?: number;
  /** Of the whole step, the wait for its batch included. */
  seconds: number;
  /** Tensors that TensorFlow.js holds: the same after every step, unless something leaks. */
  tensors: number;
  /** Memory of the process in bytes; Node only. */
  rss?: number;
}

/** A validation was made; `loss` is the mean over all validation batches, as in {@link StepEvent}. */
export interface ValidationEvent {
  type: 'validation';
  step: number;
  loss: number;
  metrics: Record<string, number>;
  /** Whether no validation before was better. */
  best: boolean;
  seconds: number;
}
