import { importPeer } from '../unavailable.ts';

/** Loads the cpu backend: plain JavaScript, slow, there for checking the others. */
export async function loadCpu(): Promise<() => string> {
  await importPeer('cpu', '@tensorflow/tfjs-backend-cpu', () => import('@tensorflow/tfjs-backend-cpu'));
  return () => 'JavaScript';
}
