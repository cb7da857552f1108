/** As the readers of @heartllm/ecg-io name units; beside it µ as the micro sign and as the Greek letter. */
const FACTORS: Readonly<Record<string, number>> = { V: 1e3, mV: 1, uV: 1e-3, µV: 1e-3, μV: 1e-3, nV: 1e-6 };

/** What a value in a unit of voltage ('V', 'mV', 'uV', 'nV') is multiplied with to be in mV; undefined for any other. */
export function millivoltsPer(unit: string): number | undefined {
  return Object.hasOwn(FACTORS, unit) ? FACTORS[unit] : undefined;
}
