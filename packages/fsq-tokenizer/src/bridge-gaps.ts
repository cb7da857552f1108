/** How many samples are NaN or infinite. */
export function countInvalid(samples: ArrayLike<number>): number {
  let count = 0;
  for (let t = 0; t < samples.length; t++) if (!Number.isFinite(samples[t])) count++;
  return count;
}

/** Invalid samples replaced by the line between the valid neighbours; at the ends by the nearest valid sample. */
export function bridgeGaps(samples: ArrayLike<number>): Float32Array {
  const bridged = Float32Array.from(samples);
  let last = -1;
  for (let t = 0; t <= bridged.length; t++) {
    if (t < bridged.length && !Number.isFinite(bridged[t])) continue;
    const left = last >= 0 ? bridged[last] : bridged[t];
    const right = t < bridged.length ? bridged[t] : left;
    for (let gap = last + 1; gap < t; gap++) bridged[gap] = left + ((right - left) * (gap - last)) / (t - last);
    last = t;
  }
  return bridged;
}
