/**
 * The six limb leads are projections of one vector in the frontal plane, so any two of them give the other four (Einthoven 1912: II = I + III;
 * Goldberger 1942: aVR = -(I + II) / 2, aVL = I - II / 2, aVF = II - I / 2). Each stands here as its parts of I and II.
 */
const OF_I_AND_II: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['I', [1, 0]],
  ['II', [0, 1]],
  ['III', [-1, 1]],
  ['aVR', [-0.5, -0.5]],
  ['aVL', [1, -0.5]],
  ['aVF', [-0.5, 1]],
]);

/** The names of the limb leads; two of them that come first here are preferred to derive others from. */
export const LIMB_LEADS: readonly string[] = [...OF_I_AND_II.keys()];

/** How much of lead `a` and of lead `b` make up `target`: target = ka * a + kb * b. All three are limb leads, a and b differ. */
export function limbWeights(target: string, a: string, b: string): [ka: number, kb: number] {
  const [t, p, q] = [target, a, b].map((lead) => OF_I_AND_II.get(lead)!);
  const determinant = cross(p, q); // 0 for no two of the six
  return [cross(t, q) / determinant, cross(p, t) / determinant];
}

function cross([a, b]: readonly [number, number], [c, d]: readonly [number, number]): number {
  return a * d - b * c;
}

/** ka * a + kb * b, in double precision; NaN where a sample of either lead is invalid. */
export function combine(a: ArrayLike<number>, b: ArrayLike<number>, [ka, kb]: [number, number]): Float32Array {
  const sum = new Float32Array(a.length);
  for (let t = 0; t < sum.length; t++) sum[t] = ka * a[t] + kb * b[t];
  return sum;
}
