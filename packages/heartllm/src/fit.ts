import { type EcgRecord, prepare, withShortestFrames } from '@heartllm/ecg-io';
import { prepareSignal, RecordingError } from '@heartllm/fsq-tokenizer';
import type { HeartLlm } from './pipeline.ts';

/**
 * A record as the model takes it.
 *
 * @param make make it fit: resample it, cut or pad it, derive limb leads, each told in `meta.warnings`
 * @throws PrepareError when it cannot be made to fit; RecordingError, without `make`, for a record that does not fit, which
 *   says whether making it fit would help
 */
export function fit(ecg: EcgRecord, model: HeartLlm, make: boolean): EcgRecord {
  if (make) return prepare(ecg, model.input);
  try {
    prepareSignal(ecg, model.tokenizer.config);
  } catch (error) {
    if (error instanceof RecordingError && canBeMade(ecg, model))
      throw new RecordingError(`${error.message}; try --prepare`);
    throw error;
  }
  return withShortestFrames(ecg); // of leads with several samples per frame fs would be another
}

function canBeMade(ecg: EcgRecord, model: HeartLlm): boolean {
  try {
    prepare(ecg, model.input);
    return true;
  } catch {
    return false;
  }
}
