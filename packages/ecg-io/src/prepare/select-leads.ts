import type { EcgRecord } from '../record.ts';
import { PrepareError } from './error.ts';
import { leadKey, namedLead } from './lead-names.ts';
import { combine, LIMB_LEADS, limbWeights } from './limb-leads.ts';
import { countInvalid, namePrefix, pickMeta, withShortestFrames } from './record-leads.ts';

/** How many of a record's leads an error names. */
const NAMED = 20;

/** Where a lead that was asked for comes from: one lead of the record, or two that it is derived from. */
type Origin = { lead: number } | { a: number; b: number; weights: [number, number] };

/**
 * The record with these leads, in this order and under these names, found in any spelling ({@link canonicalLead}; other signals, `RESP`, by name
 * without regard to case). A limb lead that is not there is derived from two others (Einthoven, Goldberger), where both have the same unit
 * and rate; a warning says so. Its calibration in `meta` is that of the first of the two.
 *
 * Samples are shared with the record, not copied. `digital` is kept unless a lead was derived. Leads that were not asked for decide nothing:
 * where all that were have several samples per frame, `fs` and `samples` count shorter frames.
 *
 * @param leads names, ['I', 'aVR', 'V1']
 * @throws PrepareError naming every lead that is missing, or one whose name fits several signals
 */
export function selectLeads(record: EcgRecord, leads: readonly string[]): EcgRecord {
  if (record.signal.length !== record.leads.length) {
    const message = `expected a signal per lead, found ${record.signal.length} for ${record.leads.length} leads`;
    throw new PrepareError(record.name, message);
  }
  const missing: string[] = [];
  const derived: string[] = [];
  const origins = leads.flatMap((name): Origin[] => {
    const lead = findLead(record, name);
    if (lead !== undefined) return [{ lead }];
    const pair = deriveFrom(record, leadKey(name));
    if (pair) derived.push(`${name} from ${record.leads[pair.a]} and ${record.leads[pair.b]}`);
    else missing.push(name);
    return pair ? [pair] : [];
  });
  if (missing.length > 0) {
    const found =
      [...record.leads.slice(0, NAMED).map(namedLead), ...(record.leads.length > NAMED ? ['...'] : [])].join(' ') ||
      'none';
    throw new PrepareError(
      record.name,
      `leads: expected ${leads.join(' ')}, missing ${missing.join(' ')} (found ${found})`,
    );
  }

  const indices = origins.map((origin) => ('lead' in origin ? origin.lead : origin.a));
  const signal = origins.map((origin) =>
    'lead' in origin
      ? record.signal[origin.lead]
      : combine(record.signal[origin.a], record.signal[origin.b], origin.weights),
  );
  const meta = pickMeta(record.meta, indices);
  origins.forEach((origin, i) => {
    if (!('lead' in origin)) meta.invalidSamples[i] = countInvalid(signal[i]);
  });
  if (derived.length > 0) {
    meta.warnings = [...meta.warnings, `${namePrefix(record)}leads derived: ${derived.join(', ')}`];
  }
  const { digital, ...rest } = record;
  return withShortestFrames({
    ...rest,
    leads: [...leads],
    units: indices.map((index) => record.units[index]),
    signal,
    meta,
    ...(digital && derived.length === 0 && { digital: indices.map((index) => digital[index]) }),
  });
}

/** Those of the leads asked for that are neither in the record nor can be derived. */
export function missingLeads(record: EcgRecord, leads: readonly string[]): string[] {
  return leads.filter((name) => findLead(record, name) === undefined && !deriveFrom(record, leadKey(name)));
}

/** Index of a lead by its name. Throws PrepareError for one that is there several times. */
function findLead(record: EcgRecord, name: string): number | undefined {
  const found = placesOf(record, name);
  if (found.length < 2) return found[0];
  const names = found.slice(0, NAMED).map((index) => JSON.stringify(record.leads[index]));
  throw new PrepareError(record.name, `lead ${name} is there ${found.length} times: ${names.join(', ')}`);
}

/** Indices of the leads of a name, the closest spelling first: as asked for, in another case, another name for the same lead. */
function placesOf({ leads }: EcgRecord, name: string): number[] {
  for (const spelling of [(lead: string) => lead, (lead: string) => lead.trim().toUpperCase(), leadKey]) {
    const found = leads.flatMap((lead, index) => (spelling(lead) === spelling(name) ? [index] : []));
    if (found.length > 0) return found;
  }
  return [];
}

/** The first two limb leads of the record that go together, for a limb lead that is not there; not one that is there twice. */
function deriveFrom(record: EcgRecord, target: string): Exclude<Origin, { lead: number }> | undefined {
  if (!LIMB_LEADS.includes(target)) return undefined;
  const there = LIMB_LEADS.flatMap((name) => {
    const found = placesOf(record, name);
    return found.length === 1 ? [{ name, index: found[0] }] : [];
  });
  for (const [i, a] of there.entries()) {
    const b = there.slice(i + 1).find(({ index }) => goTogether(record, a.index, index));
    if (b) return { a: a.index, b: b.index, weights: limbWeights(target, a.name, b.name) };
  }
  return undefined;
}

function goTogether({ units, signal }: EcgRecord, a: number, b: number): boolean {
  return units[a] === units[b] && signal[a].length === signal[b].length;
}
