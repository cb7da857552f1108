import { Generator } from '@heartllm/backend';
import type { EcgInput } from '../results.ts';
import type { Condition } from './item.ts';

/** An ECG as an evaluation knows it. */
export interface EvalEcg extends EcgInput {
  codes: Int32Array;
  /** Whose it is; for controls only, never written down. */
  patient: string;
}

/** What each condition shows of each ECG. */
export interface Shown {
  /** The ECG for the prompt. */
  input(condition: Condition, ecg: number): EcgInput;
  /** Equal for ECGs that the condition cannot tell apart. */
  key(condition: Condition, ecg: number): string;
  /** Conditions that can be had: another patient's ECG needs another patient. */
  conditions: Condition[];
  /** The code that `constant` repeats: the most frequent one. */
  constantCode: number;
}

/** The controls of a set of ECGs; the same ECGs and the same seed give the same controls. */
export function controlsOf(ecgs: readonly EvalEcg[], seed: number): Shown {
  const donors = otherPatients(ecgs, seed);
  const constantCode = mostFrequentCode(ecgs);
  const constant = new Int32Array(ecgs[0].codes.length).fill(constantCode);
  return {
    conditions: ['model', 'none', ...(donors ? (['shuffled'] as const) : []), 'constant', 'prior'],
    constantCode,
    input(condition, ecg) {
      if (condition === 'model') return ecgs[ecg];
      if (condition === 'shuffled' && donors) return ecgs[donors[ecg]];
      return { codes: condition === 'constant' ? constant : [] };
    },
    key(condition, ecg) {
      if (condition === 'model') return String(ecg);
      return condition === 'shuffled' && donors ? String(donors[ecg]) : condition;
    },
  };
}

/**
 * For every ECG one of another patient: the next one of a random order, going round, that is. Undefined where all are of
 * one patient.
 */
export function otherPatients(ecgs: readonly Pick<EvalEcg, 'patient'>[], seed: number): Int32Array | undefined {
  const order = new Generator(`${seed}/shuffled`).shuffle([...ecgs.keys()]);
  const donors = new Int32Array(ecgs.length);
  for (const [place, ecg] of order.entries()) {
    let step = 1;
    const next = () => order[(place + step) % order.length];
    while (step < order.length && ecgs[next()].patient === ecgs[ecg].patient) step++;
    if (step === order.length) return undefined;
    donors[ecg] = next();
  }
  return donors;
}

/** Of equally frequent ones the smallest. */
function mostFrequentCode(ecgs: readonly EvalEcg[]): number {
  const counts = new Map<number, number>();
  for (const { codes } of ecgs) for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const [[code]] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b);
  return code;
}
