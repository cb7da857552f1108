const FACTORS: Readonly<Record<string, number>> = { MV: 1, UV: 1e-3, µV: 1e-3, NV: 1e-6, V: 1e3 };

/** What a value in a WFDB unit ('mV', 'uV', 'µV', 'nV', 'V', any case) is multiplied with to be in mV; undefined for any other. */
export function millivoltsPer(unit: string): number | undefined {
  return FACTORS[
    unit
      .trim()
      .replace('μ', 'µ')
      .replace(/[a-z]/g, (letter) => letter.toUpperCase())
  ];
}
