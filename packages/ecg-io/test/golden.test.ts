import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { readRecord } from '../src/index.ts';
import { type Expected, sha256 } from './expected.ts';

const fixtures = testFiles(import.meta.url, './fixtures/');
const expected: Expected[] = JSON.parse(new TextDecoder().decode(await fixtures.read('expected.json')));

describe('samples, header values and physical units are those of wfdb-python 4.3.1', () => {
  test.each(expected)('$record [$from, $to)', async (golden) => {
    const { from, to } = golden;
    const record = await readRecord(fixtures, golden.record, { from, to, digital: true });
    expect(record.samples).toBe(golden.samples);
    expect(record.leads).toEqual(golden.channels.map(({ name }) => name));
    expect(record.meta.format).toBe('16');
    expect(record.meta.invalidSamples).toEqual(golden.channels.map(({ invalid }) => invalid));
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
      const digital = record.digital![i];
      expect(Array.from(digital.subarray(0, 8))).toEqual(channel.first8);
      expect(await sha256(digital.map((value) => (value === -32768 ? -2147483648 : value)))).toBe(channel.sha256_i32le);
      const { gains, baselines } = record.meta;
      expect(await sha256(physicalBits(digital, gains[i], baselines[i]))).toBe(channel.sha256_f64le);
      const stored = Array.from(record.signal[i]);
      const physical = Array.from(digital, (value) => physicalValue(value, gains[i], baselines[i]));
      expect(stored).toEqual(physical.map(Math.fround));
    }
  });

  test('a checksum that fits gives no warning, and one that was copied from another signal does', async () => {
    expect((await readRecord(fixtures, 'ptbxl/00001_hr')).meta.warnings).toEqual([]);
    expect((await readRecord(fixtures, 'challenge/JS00001')).meta.warnings).toEqual([]);
    expect((await readRecord(fixtures, 'formats/test01_00s_skewframe')).meta.warnings).toEqual([
      'formats/test01_00s_skewframe.hea line 4: signal 2 (ECG_3) begins with -66, the header says -57',
    ]);
  });
});

function physicalValue(digital: number, gain: number, baseline: number): number {
  return digital === -32768 ? Number.NaN : (digital - baseline) / gain;
}

function physicalBits(digital: Int32Array, gain: number, baseline: number): BigUint64Array {
  const values = Float64Array.from(digital, (value) => physicalValue(value, gain, baseline));
  // NaN has many bit patterns; the golden hashes take this one.
  return new BigUint64Array(values.buffer).map((bits, i) => (Number.isNaN(values[i]) ? 0x7ff8000000000000n : bits));
}
