import { peerMissing } from '../unavailable.ts';

/** Loads the cpu backend: plain JavaScript, slow, there for checking the others. */
export async function loadCpu(): Promise<() => string> {
  try {
    await import('@tensorflow/tfjs-backend-cpu');
  } catch (error) {
    throw peerMissing('cpu', '@tensorflow/tfjs-backend-cpu', error);
  }
  return () => 'JavaScript';
}
