import type { EcgMeta } from '../record.ts';
import type { WfdbHeader } from './header-types.ts';

type Clock = Pick<WfdbHeader, 'baseDate' | 'baseTime' | 'counterFreq' | 'baseCounter' | 'fs'>;

/** The instant of a frame, to the millisecond; a time without a date names none. */
export function startTime({ baseDate, baseTime = '00:00:00', fs }: Clock, frame: number): Date | undefined {
  return baseDate ? instant(baseDate, baseTime, frame / fs) : undefined;
}

/** The counter at a frame and, of a record without a date, the time of day. */
export function counterAndTime(
  header: Clock,
  frame: number,
): Pick<EcgMeta, 'counterFreq' | 'baseCounter' | 'baseTime'> {
  const { baseDate, baseTime, counterFreq, baseCounter, fs } = header;
  const seconds = frame / fs;
  const time = baseDate || !baseTime ? undefined : instant('2000-01-01', baseTime, seconds).toISOString().slice(11, 23);
  return {
    counterFreq,
    baseCounter: baseCounter === undefined ? undefined : baseCounter + seconds * (counterFreq ?? fs),
    baseTime: frame === 0 && time ? baseTime : time,
  };
}

function instant(date: string, time: string, seconds: number): Date {
  const [clock, fraction = '0'] = time.split('.');
  return new Date(Date.parse(`${date}T${clock}Z`) + Number(`0.${fraction}`) * 1000 + seconds * 1000);
}
