/** What a training run reports while it runs; a command line draws a bar from it, a page something else. */
export type TrainingEvent =
  | StartEvent
  | StepEvent
  | ValidationEvent
  | {
      /** A checkpoint was written: it is complete and on the disk. */
      type: 'checkpoint';
      /** Steps taken so far. */
      step: number;
      /** The file, as {@link CheckpointOptions} names it. */
      path: string;
    }
  | {
      /** The last event of a run. */
      type: 'end';
      /** Steps taken, those before a resume included. */
      step: number;
      /** 'finished': all steps; 'patience': no better loss for so many validations; 'stopped': the signal. */
      reason: 'finished' | 'patience' | 'stopped';
    };

/** The first event of a run, before any step. */
export interface StartEvent {
  /** Comes once, also where no step is left. */
  type: 'start';
  /** Steps taken before. */
  step: number;
  /** Steps of the whole run, those before included. */
  totalSteps: number;
  /** How many numbers learn: the sizes of all trainable parameters together. */
  trainedParameters: number;
  /** Whether it goes on from a checkpoint. */
  resumed: boolean;
  /** What is wrong with the last checkpoint, where it could not be gone on with. */
  damaged?: string;
}

/** A step was taken. Losses are means in nats (stages 2 and 3) or of squared z-scores (stage 1). */
export interface StepEvent {
  /** Comes after the update, also for the step whose loss or weights are not finite, which ends the run with an error. */
  type: 'step';
  /** Steps taken so far, this one included: 1 after the first. */
  step: number;
  /** Steps of the whole run. */
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
  /** Comes after the step that was validated, before its checkpoint. */
  type: 'validation';
  /** Steps taken so far. */
  step: number;
  /** What decides which weights are best: the lower the better. */
  loss: number;
  /**
   * Stage 1: `mse` on the z-scored signal, `codesUsed`, `perplexity`, and with diagnoses `diagnosis` (cross-entropy in nats)
   * and `auroc`. Stages 2 and 3: `loss`.
   */
  metrics: Record<string, number>;
  /** Whether it is better than all validations before. */
  best: boolean;
  /** How long the validation took. */
  seconds: number;
}
