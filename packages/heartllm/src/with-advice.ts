import { canonicalLead } from '@heartllm/ecg-io';
import { RecordingError } from '@heartllm/fsq-tokenizer';

const LIMB_LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'];

/**
 * The error, with the advice to prepare the recording if that would make it fit: another rate or length, another spelling of
 * a lead, or limb leads that two others give.
 */
export function withAdvice(error: unknown): unknown {
  if (!(error instanceof RecordingError) || !canBePrepared(error)) return error;
  const { message, field, missing, found } = error;
  return new RecordingError(`${message}; try --prepare`, { field, missing, found });
}

function canBePrepared({ field, missing, found }: RecordingError): boolean {
  if (field === 'fs' || field === 'samples') return true;
  const there = new Set(found.map((lead) => canonicalLead(lead)));
  const limbLeads = LIMB_LEADS.filter((lead) => there.has(lead)).length;
  const isToBeHad = (lead: string) => there.has(lead) || (limbLeads >= 2 && LIMB_LEADS.includes(lead));
  return missing.length > 0 && missing.every(isToBeHad);
}
