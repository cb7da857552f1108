/**
 * The codec's kernels. A program is a list of calls, planned in TypeScript (src/codec/plan.ts) for one network and
 * one length, and run here from beginning to end, so that crossing into WebAssembly costs once per lead.
 */
import { dots } from './dots';
import { maxPool } from './max-pool';
import { normalize, scaleShift } from './normalize';

/** First number of a call; its arguments follow, 32 bits each. */
const DOTS = 0;
const MAX_POOL = 1;
const NORMALIZE = 2;
const SCALE_SHIFT = 3;

/** @param program from here up to `end`, in bytes */
export function run(program: usize, end: usize): void {
  let p = program;
  while (p < end) {
    const call = load<i32>(p);
    if (call === DOTS) {
      dots(at(p, 1), at(p, 2), at(p, 3), at(p, 4), at(p, 5), at(p, 6), at(p, 7), at(p, 8), at(p, 9), at(p, 10));
      p += 11 * 4;
    } else if (call === MAX_POOL) {
      maxPool(at(p, 1), at(p, 2), at(p, 3), at(p, 4));
      p += 5 * 4;
    } else if (call === NORMALIZE) {
      normalize(at(p, 1), at(p, 2), at(p, 3), at(p, 4), at(p, 5), at(p, 6), at(p, 7), at(p, 8));
      p += 9 * 4;
    } else if (call === SCALE_SHIFT) {
      scaleShift(at(p, 1), at(p, 2), at(p, 3), at(p, 4));
      p += 5 * 4;
    } else {
      // the last rows of a signal become the ones before its first, for the next run
      memory.copy(at(p, 1), at(p, 2), at(p, 3));
      p += 4 * 4;
    }
  }
}

function at(p: usize, i: usize): i32 {
  return load<i32>(p + (i << 2));
}
