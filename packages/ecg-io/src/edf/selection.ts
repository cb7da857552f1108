import { EcgFileError } from '../file-error.ts';
import { canonicalLead } from '../prepare/lead-names.ts';
import { quote } from '../wfdb/error.ts';
import { calibrationOf, uncalibrated } from './calibration.ts';
import type { EdfSignal } from './header.ts';

/** How many signals a message names. */
const NAMED = 20;

/**
 * The signals asked for, by index among all of the file or by label. By default those of the ECG: with samples, a calibration, and the rate of its
 * leads; the others are left out with a warning, as nobody asked for them.
 *
 * @throws EcgFileError for one that is not there, holds no samples, has no calibration, or whose label several have
 */
export function chooseSignals(
  signals: EdfSignal[],
  channels: (number | string)[] | undefined,
  file: string,
  warnings: string[],
): EdfSignal[] {
  const recorded = signals.filter(({ isAnnotation, samplesPerRecord }) => !isAnnotation && samplesPerRecord > 0);
  if (recorded.length === 0) throw new EcgFileError({ file }, 'holds no signals, only annotations');
  const list = (some: EdfSignal[]) =>
    some
      .slice(0, NAMED)
      .map((signal) => `${signals.indexOf(signal)} ${quote(signal.label)}`)
      .join(', ');
  if (channels) return channels.map((channel) => findSignal(channel));

  const calibrated = recorded.filter(calibrationOf);
  if (calibrated.length === 0) throw uncalibrated(recorded[0], file);
  const counts = samplesOfLeads(calibrated);
  const chosen = calibrated.filter(({ samplesPerRecord }) => counts.has(samplesPerRecord));
  const leftOut: [string, EdfSignal[]][] = [
    ['without a calibration', recorded.filter((signal) => !calibrated.includes(signal))],
    ['of another rate', calibrated.filter((signal) => !chosen.includes(signal))],
  ];
  for (const [why, some] of leftOut) {
    if (some.length > 0) warnings.push(`${file}: signals ${why} are left out: ${list(some)}`);
  }
  return chosen;

  function findSignal(channel: number | string): EdfSignal {
    const named = (same: (label: string) => boolean) => recorded.filter(({ label }) => same(label));
    const byIndex = (index: number) => recorded.filter((signal) => signal === signals[index]);
    const exact = typeof channel === 'number' ? byIndex(channel) : named((label) => label === channel);
    const found = exact.length > 0 ? exact : named((label) => label.toLowerCase() === String(channel).toLowerCase());
    if (found.length === 1) return found[0];
    const wanted = typeof channel === 'number' ? String(channel) : quote(channel);
    throw new EcgFileError(
      { file, field: 'channels' },
      `${found.length || 'no'} signals are ${wanted}; there are ${list(recorded)}`,
    );
  }
}

/**
 * Samples per data record of the ECG leads, whether they have one rate or several. Where no signal has the name of a lead it is the number that
 * most have of those called ECG, or else of all; of two numbers equally common the larger.
 */
function samplesOfLeads(signals: EdfSignal[]): Set<number> {
  const leads = signals.filter(({ label }) => canonicalLead(label) !== undefined);
  if (leads.length > 0) return new Set(leads.map(({ samplesPerRecord }) => samplesPerRecord));
  const ecg = signals.filter(({ label }) => /^e[ck]g/i.test(label));
  const counts = new Map<number, number>();
  for (const { samplesPerRecord } of ecg.length > 0 ? ecg : signals) {
    counts.set(samplesPerRecord, (counts.get(samplesPerRecord) ?? 0) + 1);
  }
  const [[samples]] = [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || b - a);
  return new Set([samples]);
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
