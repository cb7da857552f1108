/** How often each run of `n` tokens occurs, under a key that no other run has. */
export function countNgrams(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= tokens.length; start++) {
    const key = JSON.stringify(tokens.slice(start, start + n));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
