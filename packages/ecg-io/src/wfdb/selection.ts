import { quote, WfdbError } from './error.ts';

/** What to read of a record; everything by default. */
export interface ReadOptions {
  /**
   * Leads in the order wanted, by index or by name; upper and lower case count only where they tell two leads apart. Or a function that picks
   * them from the names of all, `channelsFor(['II', 'V1'])`.
   */
  channels?: (number | string)[] | ((names: readonly string[]) => (number | string)[]);
  /** First frame, 0 by default. */
  from?: number;
  /** The frame behind the last one, by default the record's length. */
  to?: number;
  /** Also return the integers as stored, in `record.digital`; false by default. */
  digital?: boolean;
  /**
   * A lead with several samples per frame becomes one with one, their mean, as wfdb-python's `smooth_frames`. The mean is rounded as by
   * rdsamp of WFDB 10.7: to the nearest integer, halves up; a frame with an invalid sample is invalid. False by default: no sample is lost,
   * and such a lead is `samples * meta.sampsPerFrame[i]` long.
   */
  smoothFrames?: boolean;
}

/** The same with the default for frames settled. */
export interface ReadRequest extends ReadOptions {
  smoothFrames: boolean;
}

/**
 * Indices of the leads that were asked for, by index or name; all of them by default.
 *
 * @throws WfdbError for a lead that is not there, and for a name that two leads share
 */
export function chooseChannels(leads: string[], channels: ReadOptions['channels'], file: string): number[] {
  if (!channels) return leads.map((_, index) => index);
  const chosen = typeof channels === 'function' ? channels(leads) : channels;
  return chosen.map((channel) => {
    const place = { file, field: 'channels' };
    if (typeof channel === 'number') {
      if (Number.isInteger(channel) && channel >= 0 && channel < leads.length) return channel;
      throw new WfdbError(place, `expected an index below ${leads.length}, found ${channel}`);
    }
    const exact = indicesOf(leads, (lead) => lead === channel);
    const found = exact.length ? exact : indicesOf(leads, (lead) => lead.toLowerCase() === channel.toLowerCase());
    if (found.length === 1) return found[0];
    const names = leads.slice(0, 20).map(quote).join(', ');
    throw new WfdbError(
      place,
      found.length === 0
        ? `no lead ${quote(channel)} among ${names || 'none'}`
        : `lead ${quote(channel)} is there ${found.length} times; ask for it by index: ${found.join(', ')}`,
    );
  });
}

function indicesOf(leads: string[], matches: (lead: string) => boolean): number[] {
  return leads.flatMap((lead, index) => (matches(lead) ? [index] : []));
}

/** The frames [from, to) of a record of `total` frames. */
export interface Frames {
  from: number;
  to: number;
  total: number;
}

/** The frames [from, to) within a record of `total` frames. Throws WfdbError if they do not lie in it. */
export function frameRange(options: { from?: number; to?: number }, total: number, file: string): Frames {
  const { from = 0, to = total } = options;
  if (!Number.isInteger(from) || from < 0 || from > total) {
    throw new WfdbError({ file, field: 'from' }, `expected a frame within 0..${total}, found ${from}`);
  }
  if (!Number.isInteger(to) || to < from || to > total) {
    throw new WfdbError({ file, field: 'to' }, `expected a frame within ${from}..${total}, found ${to}`);
  }
  return { from, to, total };
}
