const EPS: f64 = 1e-5;
const SLOPE: f32 = 0.01;
/** Bytes of the statistics of eight channels; the squares begin in the middle. */
const STATISTICS: usize = 128;
const SQUARES: usize = 64;

/**
 * GroupNorm (eps 1e-5, affine) and LeakyReLU (0.01), in place. Sets the statistics back to zero, for the next run.
 *
 * @param y [rows][pitch bytes]; channels beyond groups * perGroup are padding and stay zero
 * @param statistics of every eight channels
 * @param affine scales [pitch / 4], then shifts [pitch / 4]
 * @param scratch [2][pitch / 4]
 */
export function normalize(
  y: usize,
  pitch: usize,
  rows: i32,
  statistics: usize,
  affine: usize,
  scratch: usize,
  groups: i32,
  perGroup: i32,
): void {
  const count = <f64>rows * <f64>perGroup;
  for (let group = 0; group < groups; group++) {
    const first = group * perGroup;
    let sum: f64 = 0;
    let squares: f64 = 0;
    for (let c = first; c < first + perGroup; c++) {
      const at = statistics + (<usize>c >> 3) * STATISTICS + ((<usize>c & 7) << 3);
      sum += load<f64>(at);
      squares += load<f64>(at, SQUARES);
    }
    const mean = sum / count;
    const rstd = 1 / Math.sqrt(Math.max(squares / count - mean * mean, 0) + EPS);
    for (let c = first; c < first + perGroup; c++) {
      const at = (<usize>c) << 2;
      const scale = rstd * <f64>load<f32>(affine + at);
      store<f32>(scratch + at, <f32>scale);
      store<f32>(scratch + pitch + at, <f32>(<f64>load<f32>(affine + pitch + at) - mean * scale));
    }
  }
  memory.fill(statistics, 0, (pitch >> 5) * STATISTICS);
  scaleShift(y, pitch, rows, scratch);
}

/**
 * A scale and a shift per channel and LeakyReLU (0.01), in place.
 *
 * @param y [rows][pitch bytes]
 * @param affine scales [pitch / 4], then shifts [pitch / 4]
 */
export function scaleShift(y: usize, pitch: usize, rows: i32, affine: usize): void {
  const slope = f32x4.splat(SLOPE);
  for (let row = 0; row < rows; row++) {
    for (let c: usize = 0; c < pitch; c += 16) {
      const scale = v128.load(affine + c);
      const shift = v128.load(affine + pitch + c);
      const value = f32x4.add(f32x4.mul(v128.load(y + c), scale), shift);
      v128.store(y + c, f32x4.pmax(value, f32x4.mul(value, slope)));
    }
    y += pitch;
  }
}
