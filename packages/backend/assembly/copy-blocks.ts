/** `count` pieces of `bytes` each, from step to step, to places of another step. */
export function copyBlocks(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: i32, count: i32): void {
  const inVectors = bytes <= 1024 && (bytes & 15) === 0; // where a call to copy memory would cost more than copying
  for (let i = 0; i < count; i++) {
    if (inVectors) for (let at = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
    else memory.copy(to, from, bytes);
    from += fromStep;
    to += toStep;
  }
}
