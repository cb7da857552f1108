export const MIMIC_LEADS = ['I', 'II', 'III', 'aVR', 'aVF', 'aVL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** The files of a WFDB record in format 16 whose lead number n holds n everywhere, by path. */
export function wfdbFiles(path: string, leads = MIMIC_LEADS, samples = 10): Record<string, Uint8Array | string> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const digital = Int16Array.from({ length: leads.length * samples }, (_, i) => i % leads.length);
  const lines = leads.map((lead, i) => `${name}.dat 16 1(0)/mV 16 0 ${i} ${(i * samples) % 65536} 0 ${lead}`);
  return {
    [`${path}.hea`]: `${[`${name} ${leads.length} 500 ${samples}`, ...lines].join('\n')}\n`,
    [`${path}.dat`]: new Uint8Array(digital.buffer),
  };
}
