import type { EcgRecord } from '../record.ts';
import { namePrefix, withSignal } from './record-leads.ts';
import { missingLeads, selectLeads } from './select-leads.ts';

/**
 * Those of the leads that the record has or that can be derived, and a flat line, 0 in mV, for every other; a warning names these. A model
 * that was trained on all leads has not seen such records: what it says about them is less to be relied on.
 */
export function flatLeads(whole: EcgRecord, leads: readonly string[]): EcgRecord {
  const missing = missingLeads(whole, leads);
  if (missing.length === 0) return whole;
  const there = leads.filter((lead) => !missing.includes(lead));
  const warnings = [...whole.meta.warnings, `${namePrefix(whole)}no ${missing.join(' ')}: counted as flat`];
  const noted = { ...whole, meta: { ...whole.meta, warnings } };
  const record = there.length > 0 ? selectLeads(noted, there) : noted;
  const add = <T>(values: T[], value: T): T[] => [...values, ...missing.map(() => value)];
  const { meta } = record;
  const longer = {
    ...record,
    leads: [...record.leads, ...missing],
    units: add(record.units, 'mV'),
    meta: {
      ...meta,
      formats: add(meta.formats, '0'),
      gains: add(meta.gains, 1),
      baselines: add(meta.baselines, 0),
      adcZeros: add(meta.adcZeros, 0),
      adcResolutions: add(meta.adcResolutions, undefined),
      sampsPerFrame: add(meta.sampsPerFrame, 1),
    },
  };
  const signal = [...record.signal, ...missing.map(() => new Float32Array(record.samples))];
  return withSignal(longer, signal);
}
