import { type EcgRecord, printedLead } from '@heartllm/ecg-io';

/** A record for what is printed and passed on: of its leads only usual names, and nothing else that a header may say. */
export function forPaper(ecg: EcgRecord): Pick<EcgRecord, 'name' | 'fs' | 'samples' | 'leads' | 'units' | 'signal'> {
  const { name, fs, samples, units, signal } = ecg;
  return { name, fs, samples, leads: ecg.leads.map(printedLead), units, signal };
}
