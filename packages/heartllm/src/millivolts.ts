import { canonicalUnit } from '@heartllm/ecg-io';

const FACTORS: Readonly<Record<string, number>> = { mV: 1, uV: 1e-3, nV: 1e-6, V: 1e3 };

/** What a value in a unit of voltage ('mV', 'µV', 'microvolts', in any spelling) is multiplied with to be in mV; undefined for any other. */
export function millivoltsPer(unit: string): number | undefined {
  return FACTORS[canonicalUnit(unit)];
}
