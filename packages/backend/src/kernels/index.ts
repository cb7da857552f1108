import { registerUnsortedSegmentSum } from './unsorted-segment-sum.ts';

/** Registers what the named tfjs backend lacks for the models of this project; does nothing the second time. */
export function registerMissingKernels(tfBackend: string): void {
  if (tfBackend === 'wasm') registerUnsortedSegmentSum();
}
