import { EcgFileError } from '../file-error.ts';

/** Throws EcgFileError unless the rate is above 0 and the scale is not 0; what is undefined has a default elsewhere. */
export function checkScaling(file: string, { fs = 1, scale = 1 }: { fs?: number; scale?: number }): void {
  if (!(Number.isFinite(fs) && fs > 0)) {
    throw new EcgFileError({ file, field: 'fs' }, `expected a number above 0, found ${fs}`);
  }
  if (!Number.isFinite(scale) || scale === 0) {
    throw new EcgFileError({ file, field: 'scale' }, `expected a number other than 0, found ${scale}`);
  }
}
