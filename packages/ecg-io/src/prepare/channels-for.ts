import { leadKey } from './lead-names.ts';
import { LIMB_LEADS } from './limb-leads.ts';

/**
 * For `channels` of `readRecord`: the signals that {@link selectLeads} may take these leads from, by any of their names, limb leads to derive
 * others from among them. What is not read can neither fail nor take time: a signal file that is missing, or of another rate. All signals
 * where some lead is neither there nor can be derived, so that an error can name those that are.
 *
 * ```ts
 * const record = await readRecord(source, 's0010_re', { channels: channelsFor(['II', 'V1']) });
 * ```
 *
 * @param leads names, ['I', 'aVR', 'V1']
 * @returns indices of signals, in the order of the record, for the names of all of them
 */
export function channelsFor(leads: readonly string[]): (names: readonly string[]) => number[] {
  const wanted = new Set(leads.map(leadKey));
  const isLimb = (key: string) => LIMB_LEADS.includes(key);
  const derives = [...wanted].some(isLimb);
  return (names) => {
    const keys = names.map(leadKey);
    const limbs = new Set(keys.filter(isLimb)).size;
    const isComplete = [...wanted].every((key) => keys.includes(key) || (isLimb(key) && limbs > 1));
    const isNeeded = (key: string) => !isComplete || wanted.has(key) || (derives && isLimb(key));
    return keys.flatMap((key, index) => (isNeeded(key) ? [index] : []));
  };
}
