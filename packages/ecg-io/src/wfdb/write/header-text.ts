import { isRate, RATE } from '../../rate.ts';
import { quote, WfdbError } from '../error.ts';
import type { WfdbHeader, WfdbSignal } from '../header-types.ts';

/** What a written header says; `line` and the like are not its own. */
export type HeaderInput = Pick<
  WfdbHeader,
  'recordName' | 'fs' | 'counterFreq' | 'baseCounter' | 'sigLen' | 'baseTime' | 'baseDate'
> & {
  signals: Required<
    Pick<
      WfdbSignal,
      | 'fileName'
      | 'fmt'
      | 'sampsPerFrame'
      | 'adcGain'
      | 'baseline'
      | 'units'
      | 'adcRes'
      | 'adcZero'
      | 'initValue'
      | 'checksum'
      | 'sigName'
    >
  >[];
  comments: readonly string[];
};

/**
 * The text of a header, https://physionet.org/physiotools/wag/header-5.htm.
 *
 * @throws WfdbError for what would not be read as it was written: a unit with spaces, a name or comment of several lines
 */
export function headerText(header: HeaderInput, file: string): string {
  const lines = [
    recordLine(header, file),
    ...header.signals.map((signal) => signalLine(signal, file)),
    ...header.comments.map((comment, i) => `# ${oneLine(comment, file, `comment ${i}`)}`.trimEnd()),
  ];
  return `${lines.join('\n')}\n`;
}

function recordLine(header: HeaderInput, file: string): string {
  const { recordName, signals, fs, counterFreq, baseCounter, sigLen, baseTime, baseDate } = header;
  if (!isRate(fs)) throw new WfdbError({ file, field: 'fs' }, { expected: RATE, found: String(fs) });
  const words = [recordName, signals.length, fs + counter(fs, counterFreq, baseCounter), sigLen];
  if (baseTime !== undefined) {
    words.push(baseTime);
    if (baseDate !== undefined) words.push(baseDate.split('-').reverse().join('/'));
  }
  return words.join(' ');
}

/** `/counterFreq(baseCounter)`; without a frequency of its own the counter runs with the frames. */
function counter(fs: number, counterFreq: number | undefined, baseCounter: number | undefined): string {
  if (counterFreq === undefined && baseCounter === undefined) return '';
  return `/${counterFreq ?? fs}${baseCounter === undefined ? '' : `(${baseCounter})`}`;
}

function signalLine(signal: HeaderInput['signals'][number], file: string): string {
  const { fileName, fmt, sampsPerFrame, adcGain, baseline, units, sigName } = signal;
  const lead = `lead ${quote(sigName)}`;
  if (!/^[^\s\p{Cc}\p{Surrogate}]+$/u.test(units)) {
    throw new WfdbError({ file, field: lead }, `expected a unit without spaces, found ${quote(units)}`);
  }
  if (sigName === '' || sigName !== sigName.trim()) {
    throw new WfdbError({ file, field: lead }, 'expected a name that neither begins nor ends with a space');
  }
  const { adcRes, adcZero, initValue, checksum } = signal;
  return [
    fileName,
    sampsPerFrame === 1 ? fmt : `${fmt}x${sampsPerFrame}`,
    `${adcGain}(${baseline})/${units}`,
    ...[adcRes, adcZero, initValue, checksum, 0],
    oneLine(sigName, file, lead),
  ].join(' ');
}

function oneLine(text: string, file: string, field: string): string {
  if (!/[\n\r\0\p{Surrogate}]/u.test(text)) return text;
  throw new WfdbError({ file, field }, `expected text of one line, found ${quote(text)}`);
}
