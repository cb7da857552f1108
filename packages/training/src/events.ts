/** What a training run reports while it runs; a command line draws a bar from it, a page something else. */
export type TrainingEvent =
  | { type: 'start'; step: number; totalSteps: number; trainedParameters: number; resumed: boolean }
  | { type: 'step'; step: number; totalSteps: number; loss: number; seconds: number }
  | { type: 'validation'; step: number; loss: number; metrics: Record<string, number>; best: boolean }
  | { type: 'checkpoint'; step: number; path: string }
  | { type: 'end'; step: number; reason: 'finished' | 'patience' | 'stopped' };
