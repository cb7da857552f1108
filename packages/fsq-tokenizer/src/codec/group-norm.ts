const eps = 1e-5;
const slope = 0.01;

/**
 * GroupNorm (eps 1e-5) and LeakyReLU (0.01) of one group, in place.
 *
 * @param group [channels of the group][T]
 * @param scale and `shift`: the affine parameters [C], the group's from `first` on
 */
export function groupNormLeakyRelu(
  group: Float64Array[],
  scale: Float64Array,
  shift: Float64Array,
  first: number,
): void {
  const count = group.length * group[0].length;
  let sum = 0;
  for (const row of group) for (let t = 0; t < row.length; t++) sum += row[t];
  const mean = sum / count;
  let squares = 0;
  for (const row of group) for (let t = 0; t < row.length; t++) squares += (row[t] - mean) * (row[t] - mean);
  const rstd = 1 / Math.sqrt(squares / count + eps);
  for (const [i, row] of group.entries()) {
    const a = rstd * scale[first + i];
    const b = shift[first + i] - mean * a;
    for (let t = 0; t < row.length; t++) {
      const y = a * row[t] + b;
      row[t] = y > 0 ? y : slope * y;
    }
  }
}
