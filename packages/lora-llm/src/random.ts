/** A seeded stream of random numbers: xoshiro128** (Blackman and Vigna 2018), seeded through splitmix32. */
export class Random {
  private readonly state = new Uint32Array(4);

  constructor(seed: number) {
    let z = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) >>> 0;
      let t = z ^ (z >>> 16);
      t = Math.imul(t, 0x21f0aaad);
      t ^= t >>> 15;
      t = Math.imul(t, 0x735a2d97);
      this.state[i] = t ^ (t >>> 15);
    }
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const s = this.state;
    const t = Math.imul(s[1], 5);
    const result = Math.imul((t << 7) | (t >>> 25), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** `count` values, uniform in [-bound, bound). */
  uniform(count: number, bound: number): Float32Array {
    return Float32Array.from({ length: count }, () => (this.uint32() / 2 ** 31 - 1) * bound);
  }

  /** `count` values, normal with mean 0 (Box and Muller 1958). */
  normal(count: number, deviation: number): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log((this.uint32() + 1) / 2 ** 32));
      const angle = (2 * Math.PI * this.uint32()) / 2 ** 32;
      values[i] = radius * Math.cos(angle);
      if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
    }
    return values;
  }

  /** Inverted dropout: each of `count` values is 0 with probability `rate`, else 1 / (1 - rate). */
  dropoutMask(count: number, rate: number): Float32Array {
    const mask = new Float32Array(count);
    const threshold = rate * 2 ** 32;
    const kept = 1 / (1 - rate);
    for (let i = 0; i < count; i++) mask[i] = this.uint32() < threshold ? 0 : kept;
    return mask;
  }
}
