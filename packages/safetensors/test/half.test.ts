import { describe, expect, test } from 'vitest';
import { narrowToBfloat, narrowToHalf, widenBfloat, widenHalf } from '../src/half.ts';

const every = Uint16Array.from({ length: 65_536 }, (_, i) => i);

/** The value of binary16 bits by the definition of the format. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 0x3ff;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent ? sign * (1 + mantissa / 1024) * 2 ** (exponent - 15) : sign * mantissa * 2 ** -24;
}

describe('half floats', () => {
  test('all 65,536 widen to the value that IEEE 754 defines', () => {
    expect(widenHalf(every)).toEqual(Float32Array.from(every, half));
  });

  test('all 65,536 come back from float32; NaNs come back quiet', () => {
    const quiet = (bits: number) => ((bits & 0x7fff) > 0x7c00 ? bits | 0x200 : bits);
    expect(narrowToHalf(widenHalf(every))).toEqual(every.map(quiet));
  });

  test('midpoints of neighbours go to the even one, values beside them to the nearer', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (half(bits) + half(bits + 1)) / 2; // exact in float32
      const wide = new Float32Array([middle, middle, middle, -middle]);
      const words = new Uint32Array(wide.buffer);
      words[0]--;
      words[2]++;
      const even = bits % 2 ? bits + 1 : bits;
      expect([...narrowToHalf(wide)]).toEqual([bits, even, bits + 1, even | 0x8000]);
    }
  });

  test('65,519 is the largest, 65,520 is infinite, 2^-25 is 0, as numpy rounds', () => {
    expect([...narrowToHalf(new Float32Array([65_519, 65_520, 2 ** -25, 2 ** -25 * 1.001, -(2 ** -26)]))]).toEqual([
      0x7bff, 0x7c00, 0, 1, 0x8000,
    ]);
  });
});

describe('bfloat16', () => {
  test('widens to the upper half of a float32, and comes back', () => {
    const wide = new Uint32Array(widenBfloat(every).buffer);
    expect(wide.every((word, i) => word === i * 65_536)).toBe(true);
    const quiet = (bits: number) => ((bits & 0x7fff) > 0x7f80 ? bits | 0x40 : bits);
    expect(narrowToBfloat(new Float32Array(wide.buffer))).toEqual(every.map(quiet));
  });

  test('ties go to even, the largest float32 to infinity', () => {
    const words = new Uint32Array([0x3f808000, 0x3f818000, 0x3f808001, 0x3f807fff, 0x7f7fffff, 0xff7fffff]);
    expect([...narrowToBfloat(new Float32Array(words.buffer))]).toEqual([
      0x3f80, 0x3f82, 0x3f81, 0x3f80, 0x7f80, 0xff80,
    ]);
  });
});
