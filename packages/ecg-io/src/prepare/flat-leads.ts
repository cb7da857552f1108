import type { EcgRecord } from '../record.ts';
import { namePrefix, withSignal } from './record-leads.ts';
import { missingLeads } from './select-leads.ts';

/**
 * The record with a flat line, 0 in mV, for every lead that is neither there nor can be derived; a warning names them. A model that was trained
 * on all leads has not seen such records: what it says about them is less to be relied on.
 */
export function flatLeads(record: EcgRecord, leads: readonly string[]): EcgRecord {
  const missing = missingLeads(record, leads);
  if (missing.length === 0) return record;
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
  return withSignal(longer, signal, [`${namePrefix(record)}no ${missing.join(' ')}: counted as flat`]);
}
