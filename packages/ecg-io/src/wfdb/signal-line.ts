import { quote, WfdbError } from './error.ts';
import { decimal, integer, localName } from './fields.ts';
import type { WfdbSegment, WfdbSignal } from './header-types.ts';

/** What the C library and wfdb-python take for a signal without calibration. */
const DEFAULT_GAIN = 200;

/** A signal and whether its gain was given. */
export interface SignalLine {
  signal: WfdbSignal;
  calibrated: boolean;
}

/**
 * `file fmt[xSPF][:skew][+offset] [gain[(baseline)][/units] [adcRes [adcZero [initValue [checksum [blockSize [description]]]]]]]`,
 * https://physionet.org/physiotools/wag/header-5.htm. Throws WfdbError.
 */
export function parseSignalLine(text: string, file: string, line: number): SignalLine {
  const place = (field: string) => ({ file, line, field });
  const { tokens, rest } = splitFields(text.trim(), 8);
  const [fileName, format, gainField, adcRes, adcZeroText, initValue, checksum, blockSize] = tokens;

  const parts = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(format ?? '');
  if (!parts) {
    const found = format === undefined ? 'nothing' : quote(format);
    throw new WfdbError(place('format'), `expected a format as in 16x2:3+24, found ${found}`);
  }
  const [, fmt, sampsPerFrame = '1', skew = '0', byteOffset = '0'] = parts;
  const adcZero = adcZeroText === undefined ? 0 : integer(adcZeroText, place('ADC zero'));
  const { gain, baseline, units } = parseGain(gainField ?? '', file, line);
  const signal: WfdbSignal = {
    fileName: fileName === '~' ? fileName : localName(fileName, place('file name')),
    fmt: String(Number(fmt)),
    sampsPerFrame: integer(sampsPerFrame, place('samples per frame'), 1),
    skew: integer(skew, place('skew'), 0),
    byteOffset: integer(byteOffset, place('byte offset'), 0),
    adcGain: gain || DEFAULT_GAIN,
    baseline: baseline ?? adcZero,
    units: units || 'mV',
    adcRes: optional(adcRes, (value) => integer(value, place('ADC resolution'), 0)),
    adcZero,
    initValue: optional(initValue, (value) => integer(value, place('initial value'))),
    checksum: optional(checksum, (value) => integer(value, place('checksum'))),
    blockSize: optional(blockSize, (value) => integer(value, place('block size'))),
    sigName: rest || undefined,
    line,
  };
  return { signal, calibrated: Boolean(gain) };
}

/** `recordName frames`, a line of a multi-segment header. Throws WfdbError. */
export function parseSegmentLine(text: string, file: string, line: number): WfdbSegment {
  const [name, sigLen] = text.trim().split(/\s+/);
  return {
    recordName: name === '~' ? name : localName(name, { file, line, field: 'segment name' }),
    sigLen: integer(sigLen, { file, line, field: 'segment length' }, 0),
    line,
  };
}

/** `gain(baseline)/units`, every part optional. */
function parseGain(text: string, file: string, line: number) {
  const parts = /^([^(/]*)(?:\(([^)]*)\))?(?:\/(.*))?$/.exec(text);
  if (!parts) {
    throw new WfdbError({ file, line, field: 'gain' }, `expected gain(baseline)/units, found ${quote(text)}`);
  }
  const [, gain, baseline, units] = parts;
  return {
    gain: gain ? decimal(gain, { file, line, field: 'gain' }) : 0,
    baseline: optional(baseline, (value) => integer(value, { file, line, field: 'baseline' })),
    units,
  };
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

/** The first `count` words, and what follows them with its inner spaces. */
function splitFields(text: string, count: number): { tokens: string[]; rest: string } {
  const words = /\S+/g;
  const tokens: string[] = [];
  let end = 0;
  for (let word = words.exec(text); word && tokens.length < count; word = words.exec(text)) {
    tokens.push(word[0]);
    end = words.lastIndex;
  }
  return { tokens, rest: text.slice(end).trim() };
}
