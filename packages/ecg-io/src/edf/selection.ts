import { EcgFileError } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';
import type { EdfSignal } from './header.ts';

/**
 * The signals asked for, by index among all of the file or by label; by default all that hold samples.
 *
 * @throws EcgFileError for one that is not there, holds no samples, or whose label several have
 */
export function chooseSignals(
  signals: EdfSignal[],
  channels: (number | string)[] | undefined,
  file: string,
): EdfSignal[] {
  const place = { file, field: 'channels' };
  const recorded = signals.filter(({ isAnnotation, samplesPerRecord }) => !isAnnotation && samplesPerRecord > 0);
  if (recorded.length === 0) throw new EcgFileError({ file }, 'holds no signals, only annotations');
  if (!channels) return recorded;
  return channels.map((channel) => {
    const named = (same: (label: string) => boolean) => recorded.filter(({ label }) => same(label));
    const byIndex = (index: number) => recorded.filter((signal) => signal === signals[index]);
    const exact = typeof channel === 'number' ? byIndex(channel) : named((label) => label === channel);
    const found = exact.length > 0 ? exact : named((label) => label.toLowerCase() === String(channel).toLowerCase());
    if (found.length === 1) return found[0];
    const labels = recorded.slice(0, 20).map((signal) => `${signals.indexOf(signal)} ${quote(signal.label)}`);
    const wanted = typeof channel === 'number' ? String(channel) : quote(channel);
    throw new EcgFileError(place, `${found.length || 'no'} signals are ${wanted}; there are ${labels.join(', ')}`);
  });
}

/** The frames [from, to) of `total`. Throws EcgFileError if they do not lie in it. */
export function frameRange({ from = 0, to }: { from?: number; to?: number }, total: number, file: string) {
  const end = to ?? total;
  for (const [field, value, least] of [
    ['from', from, 0],
    ['to', end, from],
  ] as const) {
    if (Number.isInteger(value) && value >= least && value <= total) continue;
    throw new EcgFileError({ file, field }, `expected a frame within ${least}..${total}, found ${value}`);
  }
  return { from, to: end };
}
