import { publishedConfig } from '@heartllm/lead-encoder/config';
import { describe, expect, test } from 'vitest';
import { prepareSignal, type Recording, RecordingError } from '../src/index.ts';
import { findLeads } from '../src/recording.ts';

const config = { ...publishedConfig, samples: 16 };
const { leads } = config;

/** Lead i holds i, i + 0.01, i + 0.02... */
function recording(changes: Partial<Recording> = {}): Recording {
  const signal = leads.map((_, i) => Float32Array.from({ length: 16 }, (_, t) => i + t / 100));
  return { name: 'rec', fs: 500, leads, signal, ...changes };
}

/** The recording with some samples of lead II replaced. */
function withSamples(samples: Record<number, number>): Recording {
  const whole = recording();
  for (const [t, value] of Object.entries(samples))
    whole.signal[1] = Object.assign(Float32Array.from(whole.signal[1]), { [t]: value });
  return whole;
}

test('what fits is passed on as it is', () => {
  const whole = recording();
  expect(prepareSignal(whole, config)).toEqual({ signal: whole.signal, order: [...leads.keys()], warnings: [] });
});

test('leads are found by name, in any order and case; others are left out', () => {
  const whole = recording();
  const order = [5, 3, 4, 0, 1, 2, 11, 10, 9, 8, 7, 6]; // aVF aVR aVL as MIMIC-IV-ECG mixes them, and more
  const mixed = recording({
    leads: ['X', ...order.map((i) => ` ${leads[i].toUpperCase()}`)],
    signal: [new Float32Array(3), ...order.map((i) => whole.signal[i])],
  });
  const { signal, order: places } = prepareSignal(mixed, config);
  expect(signal).toEqual(whole.signal);
  expect(places.map((place) => mixed.leads[place].trim())).toEqual(leads.map((lead) => lead.toUpperCase()));
});

test.each([null, undefined, 'ecg', 7, {}, { fs: 500, leads: ['I'] }])('%o is no recording', (input) => {
  expect(() => prepareSignal(input as never, config)).toThrow(
    new RecordingError('expected a recording, { fs, leads, signal }, or [leads][samples]'),
  );
});

test('a bare signal is in the order of the model', () => {
  const { signal } = recording();
  expect(prepareSignal(signal, config).signal).toEqual(signal);
});

describe('invalid samples', () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

  test('are bridged by a straight line, and a warning says so', () => {
    const { signal, warnings } = prepareSignal(withSamples({ 4: 1, 5: nan, 6: nan, 7: infinity, 8: 5 }), config);
    expect(Array.from(signal[1]).slice(4, 9)).toEqual([1, 2, 3, 4, 5]);
    expect(warnings).toEqual(['rec: lead II: 3 invalid samples bridged by straight lines']);
  });

  test('at the ends take the nearest valid value', () => {
    const { signal } = prepareSignal(withSamples({ 0: nan, 1: nan, 2: 7, 13: 8, 14: nan, 15: nan }), config);
    expect(Array.from(signal[1]).slice(0, 3)).toEqual([7, 7, 7]);
    expect(Array.from(signal[1]).slice(13)).toEqual([8, 8, 8]);
  });

  test('are not replaced in the recording itself', () => {
    const gaps = withSamples({ 5: nan });
    prepareSignal(gaps, config);
    expect(gaps.signal[1][5]).toBeNaN();
  });

  test('one valid sample makes a constant lead', () => {
    const only = withSamples(Object.fromEntries(Array.from({ length: 16 }, (_, t) => [t, t === 9 ? 2 : nan])));
    expect(Array.from(prepareSignal(only, config).signal[1])).toEqual(Array(16).fill(2));
  });
});

describe('what does not fit is refused in one line', () => {
  const { signal } = recording();
  const short = signal.map((lead, i) => (i === 3 ? Array.from(lead).slice(1) : lead));
  const nan = signal.map((lead, i) => (i === 11 ? Float32Array.from(lead).fill(Number.NaN) : lead));
  test.each<[string, Recording | ArrayLike<number>[], string]>([
    ['250 Hz', recording({ fs: 250 }), 'rec: sampling rate: expected 500 Hz, found 250 Hz'],
    ['no rate', recording({ fs: Number.NaN }), 'rec: sampling rate: expected 500 Hz, found NaN Hz'],
    [
      '11 leads',
      recording({ leads: leads.slice(0, 11), signal: signal.slice(0, 11) }),
      'rec: leads: expected I II III aVR aVL aVF V1 V2 V3 V4 V5 V6, missing V6 (found I II III aVR aVL aVF V1 V2 V3 V4 V5)',
    ],
    [
      '11 leads without names',
      signal.slice(1),
      'leads: expected 12 (I II III aVR aVL aVF V1 V2 V3 V4 V5 V6), found 11',
    ],
    ['13 leads without names', [...signal, signal[0]], 'leads: expected 12'],
    [
      'fewer signals than leads',
      recording({ signal: signal.slice(1) }),
      'rec: expected a signal per lead, found 11 for 12 leads',
    ],
    ['another length', recording({ signal: short }), 'rec: lead aVR: expected 16 samples (0.032 s), found 15'],
    ['a lead without a valid sample', recording({ signal: nan }), 'rec: lead V6: no valid sample'],
    ['a recording without a name', recording({ name: undefined, fs: 1 }), 'sampling rate: expected 500 Hz, found 1 Hz'],
  ])('%s', (_, input, message) => {
    const prepare = () => prepareSignal(input, config);
    expect(prepare).toThrow(RecordingError);
    expect(prepare).toThrow(message);
  });

  test('the error names the field; rate and length are looked at last, in a recording whose leads are all there', () => {
    const fieldOf = (changes: Partial<Recording>) => {
      try {
        prepareSignal(recording(changes), config);
        return undefined;
      } catch (error) {
        return (error as RecordingError).field;
      }
    };
    const few = { leads: leads.slice(0, 11), signal: signal.slice(0, 11) };
    expect(fieldOf({ fs: 250 })).toBe('fs');
    expect(fieldOf({ signal: short })).toBe('samples');
    expect([fieldOf(few), fieldOf({ ...few, fs: 250 })]).toEqual(['leads', 'leads']);
    expect([fieldOf({ signal: nan }), fieldOf({ signal: nan, fs: 250 })]).toEqual(['signal', 'signal']);
  });
});

describe('leads of several samples per frame', () => {
  const { signal } = recording();
  /** The same twelve leads as 8 of their samples in each frame of 62.5 Hz, beside one of a sample per frame. */
  const framed = (changes: Partial<Recording> = {}) =>
    recording({
      fs: 62.5,
      samples: 2,
      leads: [...leads, 'RESP'],
      signal: [...signal, new Float32Array(2)],
      ...changes,
    });

  test('have their own rate, whatever that of a lead which the model does not take', () => {
    expect(prepareSignal(framed(), config)).toMatchObject({ signal, warnings: [] });
    expect(prepareSignal(framed({ fs: 500 / 3, samples: 16 / 3, leads, signal }), config).signal).toEqual(signal);
  });

  test('of another rate are refused with it', () => {
    expect(() => prepareSignal(framed({ fs: 31.25 }), config)).toThrow(
      'rec: sampling rate: expected 500 Hz, found 250 Hz',
    );
    const half = signal.map((lead, i) => (i === 2 ? Float32Array.from(lead).subarray(0, 8) : lead));
    expect(() => prepareSignal(framed({ leads, signal: half }), config)).toThrow(
      'rec: lead III: sampling rate: expected 500 Hz, found 250 Hz',
    );
  });
});

describe('a lead that is there twice', () => {
  const { signal } = recording();
  const other = Float32Array.from(signal[1]).fill(9);
  const twice = (name: string) => recording({ leads: [...leads, name], signal: [...signal, other] });

  test('is refused, also in another case', () => {
    const refused = new RecordingError('rec: lead II is there 2 times: keep one of them', {
      field: 'leads',
    });
    expect(() => prepareSignal(twice('II'), config)).toThrow(refused);
    const lower = twice('ii ');
    lower.leads[1] = 'Ii';
    expect(() => prepareSignal(lower, config)).toThrow(refused);
  });

  test('is the one that is written as the model writes it', () => {
    expect(prepareSignal(twice('ii'), config).signal).toEqual(signal);
    expect(findLeads(twice('ii'), ['II', 'ii'])).toEqual([1, 12]);
  });

  test('is no matter where the model does not take it', () => {
    const more = recording({ leads: ['X', 'x', ...leads], signal: [other, other, ...signal] });
    expect(prepareSignal(more, config).signal).toEqual(signal);
  });
});
