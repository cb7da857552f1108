import { quote } from '@heartllm/source';

// What stands before and behind the lead in the files of the field: 'ECG I', 'lead_II', 'MDC_ECG_LEAD_AVR', 'I-', 'V1-Ref'.
const PREFIX = /^(?:(?:mdc|ecg|ekg|lead)(?:[\s_.:]+|-)?)+/i;
const SUFFIX = /(?:[\s_-]*ref)?[\s_-]*$/i;
/** No lead has a longer name; the patterns above take quadratic time. */
const LONGEST = 80;

const NAMES: ReadonlyMap<string, string> = new Map([
  ...['I', 'II', 'III'].flatMap((lead, i): [string, string][] => [
    [lead, lead],
    [`D${lead}`, lead], // derivación, dérivation
    [`D${i + 1}`, lead],
    [`ML${lead}`, lead],
    [`ML${i + 1}`, lead],
  ]),
  ...['aVR', 'aVL', 'aVF'].map((lead): [string, string] => [lead.toUpperCase(), lead]),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n): [string, string] => [`V${n}`, `V${n}`]),
  ...[3, 4, 5, 6].map((n): [string, string] => [`V${n}R`, `V${n}R`]),
  ...[1, 2, 3, 4, 5, 6].map((n): [string, string] => [`MCL${n}`, `V${n}`]),
]);

/**
 * The usual name of an ECG lead, whatever its spelling: `I II III aVR aVL aVF V1`..`V9 V3R`..`V6R`, undefined for anything else.
 *
 * Upper and lower case, spaces and underscores do not count, nor do `ECG`, `EKG`, `lead` and `MDC_ECG_LEAD` before the name or `-` and
 * `-ref` behind it: `avr`, `lead_I`, `ECG I`, `I-`, `V 1`. `DI`, `DII`, `DIII` (also `D1`...) are the limb leads of Spanish, Portuguese and
 * French recorders.
 *
 * The modified leads of Holter recorders and monitors count as the lead they stand in for: **`MLII` is II** (likewise `MLI`, `MLIII`), `MCL1` is
 * V1. Their electrodes sit on the chest, so amplitudes and axis differ from the true lead; where that matters, look at `record.leads` first.
 *
 * An inverted lead (`-aVR`), a difference of two (`V2-V3`) and a channel's number (`ECG 1`, `ch2`) are no lead's name.
 *
 * @param name as a file has it, at most 80 characters
 */
export function canonicalLead(name: string): string | undefined {
  if (name.length > LONGEST) return undefined;
  const bare = name.trim().replace(PREFIX, '').replace(SUFFIX, '');
  return NAMES.get(bare.replace(/[\s_]/g, '').toUpperCase());
}

/** What two spellings of a lead have in common; for a signal that is no ECG lead its name without regard to case. */
export function leadKey(name: string): string {
  return canonicalLead(name) ?? name.trim().toUpperCase();
}

/** What other channels are called: numbered ones, leads of monitors and of vectorcardiography, and what is recorded beside an ECG. */
const OTHERS =
  /^(?:(?:ecg|ekg|lead|ch|chan|channel|signal|sig|column)|[xyz]|v[xyz]|c[cm]5|cs\d|nasa|as|ai|es|mv|abp|art|ao|pap|cvp|icp|n?i?bp|pleth|ppg|sp?o2|sao2|resp(?:iration)?|(?:et)?co2|temp|emg|eog|eeg|gsr|hr|pr|marker|trigger|status|events?|time)[\s_#.-]*\d{0,3}$/i;

/** A name for messages: what is no usual name is quoted, as text from a file is: it may be anything, somebody's name too. */
export function namedLead(name: string): string {
  return isUsual(name) ? name : quote(name);
}

/**
 * A name for what is printed and handed on: what is no usual name of a lead or channel may be anything, somebody's name too, and is replaced by its place.
 *
 * @param index of the lead in the record, from 0
 */
export function printedLead(name: string, index: number): string {
  return isUsual(name) ? name.trim() : `lead ${index + 1}`;
}

function isUsual(name: string): boolean {
  return canonicalLead(name) !== undefined || OTHERS.test(name.trim());
}

/** The twelve leads in the order of PTB-XL and of the published tokenizer. */
export const TWELVE_LEADS: readonly string[] = [
  'I',
  'II',
  'III',
  'aVR',
  'aVL',
  'aVF',
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
  'V6',
];
