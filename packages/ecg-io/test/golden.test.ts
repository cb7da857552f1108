import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { readRecord } from '../src/index.ts';
import { type Expected, sha256 } from './expected.ts';

const fixtures = testFiles(import.meta.url, './fixtures/');
const read = async (file: string): Promise<Expected[]> =>
  JSON.parse(new TextDecoder().decode(await fixtures.read(file)));
const expected = [...(await read('expected.json')), ...(await read('expected-formats.json'))];

describe('samples, header values and physical units are those of wfdb-python 4.3.1, means those of WFDB 10.7', () => {
  test.each(expected)('$record [$from, $to) $channelsAsked, smoothed: $smoothFrames', async (golden) => {
    const { from, to, channelsAsked: channels, smoothFrames = false } = golden;
    const record = await readRecord(fixtures, golden.record, { from, to, channels, smoothFrames, digital: true });
    expect(record.samples).toBe(golden.samples);
    expect(record.leads).toEqual(golden.channels.map(({ name }) => name));
    if (golden.fs !== undefined) {
      const { gains, baselines } = record.meta;
      expect({ fs: record.fs, units: record.units, comments: record.comments, gains, baselines }).toEqual({
        fs: golden.fs,
        units: golden.units,
        comments: golden.comments,
        gains: golden.gains,
        baselines: golden.baselines,
      });
    }
    for (const [i, channel] of golden.channels.entries()) {
      const signal = record.signal[i];
      expect(signal.length).toBe(channel.length);
      expect(record.meta.invalidSamples[i]).toBe(channel.invalid);
      if (channel.first8) await expectIntegers(record.digital![i], signal, channel);
      if (channel.sha256_f64le) {
        const physical = toPhysical(record.digital![i], signal, record.meta.gains[i], record.meta.baselines[i]);
        expect(await sha256(bitsOf(physical))).toBe(channel.sha256_f64le);
        expect(Array.from(signal)).toEqual(Array.from(physical, Math.fround));
      }
      if (channel.physicalFirst8) expectUnits(signal, channel);
    }
  });

  test('a checksum that fits gives no warning, and one that was copied from another signal does', async () => {
    expect((await readRecord(fixtures, 'ptbxl/00001_hr')).meta.warnings).toEqual([]);
    expect((await readRecord(fixtures, 'challenge/JS00001')).meta.warnings).toEqual([]);
    for (const record of ['binformats', 'flacformats', '100_3chan', '310derive_3', '311derive_4']) {
      expect((await readRecord(fixtures, `formats/${record}`)).meta.warnings).toEqual([]);
    }
    expect((await readRecord(fixtures, 'formats/test01_00s_skewframe')).meta.warnings).toEqual([
      'formats/test01_00s_skewframe.hea line 4: signal 2 (ECG_3) begins with -66, the header says -57',
    ]);
  });
});

type Channel = Expected['channels'][number];

async function expectIntegers(digital: Int32Array, signal: Float32Array, channel: Channel): Promise<void> {
  expect(Array.from(digital.subarray(0, 8))).toEqual(channel.first8);
  const marked = digital.map((value, k) => (Number.isNaN(signal[k]) ? -2147483648 : value));
  expect(await sha256(marked)).toBe(channel.sha256_i32le);
}

/** What holds too where segments have different gains, and integers alone mean little. */
function expectUnits(signal: Float32Array, channel: Channel): void {
  const first = channel.physicalFirst8!.map((value) => Math.fround(value ?? Number.NaN));
  expect(Array.from(signal.subarray(0, 8))).toEqual(first);
  const valid = signal.filter((value) => !Number.isNaN(value));
  if (valid.length === 0) return;
  const { min, max, mean } = channel as { min: number; max: number; mean: number };
  const found = { min: Infinity, max: -Infinity, sum: 0 };
  for (const value of valid) {
    found.min = Math.min(found.min, value);
    found.max = Math.max(found.max, value);
    found.sum += value;
  }
  expect([found.min, found.max]).toEqual([Math.fround(min), Math.fround(max)]);
  expect(Math.abs(found.sum / valid.length - mean)).toBeLessThanOrEqual(1e-6 * Math.max(-min, max));
}

function toPhysical(digital: Int32Array, signal: Float32Array, gain: number, baseline: number): Float64Array {
  return Float64Array.from(digital, (value, k) => (Number.isNaN(signal[k]) ? Number.NaN : (value - baseline) / gain));
}

function bitsOf(values: Float64Array): BigUint64Array {
  // NaN has many bit patterns; the golden hashes take this one.
  return new BigUint64Array(values.buffer).map((bits, i) => (Number.isNaN(values[i]) ? 0x7ff8000000000000n : bits));
}
