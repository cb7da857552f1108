import type { LlamaConfig } from './config.ts';
import { mismatch } from './errors.ts';
import type { RopeScaling } from './rope-scaling.ts';

/** What of a model decides the rotation of its heads. */
type Rope = Pick<LlamaConfig, 'ropeTheta' | 'ropeScaling' | 'headDim' | 'maxPositionEmbeddings'>;

/**
 * Radians per position for each of the headDim / 2 rotated pairs, in float32 as transformers computes them.
 *
 * @param length tokens of the longest text, on which 'dynamic' and 'longrope' depend.
 */
export function inverseFrequencies(rope: Rope, length: number): Float32Array {
  return Float32Array.from({ length: rope.headDim / 2 }, (_, pair) => frequency(rope, pair, length));
}

/**
 * @throws LlamaError naming the field, where the rotation of some text would not be finite.
 */
export function checkRope(rope: Rope): void {
  const { ropeTheta, ropeScaling, headDim } = rope;
  if (!(ropeTheta > 0)) throw mismatch({ field: 'ropeTheta' }, 'a number above 0', String(ropeTheta));
  for (const [name, value] of Object.entries(ropeScaling)) {
    const field = `ropeScaling.${name}`;
    const wrong = [value].flat().find((number) => typeof number === 'number' && !isPositive(number));
    if (wrong !== undefined) throw mismatch({ field }, 'a number above 0', String(wrong));
    if (Array.isArray(value) && value.length !== headDim / 2) {
      throw mismatch({ field }, `${headDim / 2} factors`, String(value.length));
    }
  }
  if (ropeScaling.type === 'proportional' && ropeScaling.partialRotaryFactor > 1) {
    throw mismatch({ field: 'ropeScaling.partialRotaryFactor' }, '1 or less', String(ropeScaling.partialRotaryFactor));
  }
  // frequencies rise or fall from pair to pair, but for those with factors of their own
  const last = headDim / 2 - 1;
  const pairs = ropeScaling.type === 'longrope' ? Array.from({ length: last + 1 }, (_, pair) => pair) : [0, last];
  for (const pair of pairs) {
    for (const length of [1, 2 ** 31]) {
      const found = frequency(rope, pair, length);
      if (!Number.isFinite(found)) throw mismatch({ field: 'ropeTheta' }, 'finite frequencies', String(found));
    }
  }
}

/** As float32, and multiplied with itself, as attentionFactor is in every score. */
function isPositive(number: number): boolean {
  return number > 0 && Number.isFinite(Math.fround(number * number));
}

function frequency({ ropeTheta, ropeScaling, headDim, maxPositionEmbeddings }: Rope, pair: number, length: number) {
  const ofBase = (base: number) => Math.fround(1 / Math.fround(base ** Math.fround((2 * pair) / headDim)));
  const plain = ofBase(ropeTheta);
  switch (ropeScaling.type) {
    case 'default':
      return plain;
    case 'linear':
      return Math.fround(plain / ropeScaling.factor);
    case 'dynamic': {
      const { factor } = ropeScaling;
      const growth = (factor * Math.max(length, maxPositionEmbeddings)) / maxPositionEmbeddings - (factor - 1);
      return ofBase(ropeTheta * growth ** (headDim / (headDim - 2)));
    }
    case 'llama3':
      return llama3(plain, ropeScaling);
    case 'yarn': {
      const kept = 1 - yarnRamp(ropeScaling, ropeTheta, headDim, pair);
      return Math.fround((plain / ropeScaling.factor) * (1 - kept) + plain * kept);
    }
    case 'longrope': {
      const isLong = length > ropeScaling.originalMaxPositionEmbeddings;
      return Math.fround(plain / (isLong ? ropeScaling.longFactor : ropeScaling.shortFactor)[pair]);
    }
    case 'proportional': {
      const rotated = Math.floor((ropeScaling.partialRotaryFactor * headDim) / 2);
      return pair < rotated ? Math.fround(plain / ropeScaling.factor) : 0;
    }
  }
}

type Scaling<T> = RopeScaling & { type: T };

function llama3(plain: number, scaling: Scaling<'llama3'>): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings: context } = scaling;
  const wavelength = (2 * Math.PI) / plain;
  if (wavelength > context / lowFreqFactor) return Math.fround(plain / factor);
  if (wavelength < context / highFreqFactor) return plain;
  const kept = (context / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return Math.fround((1 - kept) * (plain / factor) + kept * plain);
}

/** 0 for pairs that are kept, 1 for those that are stretched. */
function yarnRamp(scaling: Scaling<'yarn'>, theta: number, headDim: number, pair: number): number {
  const { betaFast, betaSlow, truncate, originalMaxPositionEmbeddings: context } = scaling;
  if (theta === 1) return Number.NaN; // all pairs turn alike
  // the pair that turns so often in the original context
  const pairOf = (turns: number) => (headDim * Math.log(context / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [pairOf(betaFast), pairOf(betaSlow)];
  const low = Math.max(truncate ? Math.floor(fast) : fast, 0);
  const high = Math.min(truncate ? Math.ceil(slow) : slow, headDim - 1);
  const ramp = (pair - low) / (low === high ? 0.001 : high - low);
  return Math.min(1, Math.max(0, ramp)); // NaN stays NaN
}
