import { EcgFileError } from '../file-error.ts';
import { isRate, RATE } from '../rate.ts';

/** Throws EcgFileError unless the rate is one and the scale is not 0; what is undefined has a default elsewhere. */
export function checkScaling(file: string, { fs = 1, scale = 1 }: { fs?: number; scale?: number }): void {
  if (!isRate(fs)) throw new EcgFileError({ file, field: 'fs' }, { expected: RATE, found: String(fs) });
  if (!Number.isFinite(scale) || scale === 0) {
    throw new EcgFileError({ file, field: 'scale' }, `expected a number other than 0, found ${scale}`);
  }
}
