import { expect, test } from 'vitest';
import { memorySource, readRecord } from '../src/index.ts';
import { type Block, type Subframe, writeFlac } from './flac-writer.ts';

const rice = (parameter: number, method: 0 | 1, partitionOrder = 0) => ({ method, partitionOrder, parameter, raw: 0 });
const verbatim: Subframe = { kind: 'verbatim', wasted: 0 };
const fixed = (order: number, wasted = 0): Subframe => {
  return { kind: 'fixed', order, wasted, residuals: rice(10, 0, 2) };
};
const linear: Subframe = {
  kind: 'linear',
  weights: [9000, -3000, 1234, -77],
  precision: 15,
  shift: 12,
  wasted: 0,
  residuals: rice(8, 1, 3),
};
const raw: Subframe = { ...linear, residuals: { method: 1, partitionOrder: 1, raw: 27 } };

const wave = (length: number, top: number, phase: number, step = 1) =>
  Array.from({ length }, (_, i) => {
    return Math.round((top * (0.8 * Math.sin(i / 9 + phase) + 0.19 * Math.sin(i * i))) / step) * step;
  });
const block = (stereo: Block['stereo'], subframes: Subframe[], top: number): Block => {
  const step = 2 ** subframes[0].wasted;
  return { samples: [wave(192, top, 0, step), wave(192, top, 2, step)], stereo, subframes };
};

test.each([
  [16, 32767],
  [24, 8388607],
])('FLAC of %i bits reads as in the decoder that Chromium has', async (bits, top) => {
  const stream = writeFlac(
    [
      block(undefined, [verbatim, fixed(0)], top),
      block('left-side', [fixed(1), fixed(2)], top),
      block('side-right', [fixed(3), fixed(4)], top),
      block('mid-side', [linear, raw], top),
      block(undefined, [fixed(2, 3), fixed(1, 3)], top),
    ],
    bits,
  );
  const header = ['rec 2 500', `rec.dat ${bits + 500} 1`, `rec.dat ${bits + 500} 1`].join('\n');
  const record = await readRecord(memorySource({ 'rec.hea': header, 'rec.dat': stream }), 'rec', { digital: true });
  const audio = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(stream.slice().buffer as ArrayBuffer);
  expect(audio.length).toBe(record.samples);
  for (const [channel, digital] of record.digital!.entries()) {
    // Chromium makes 1 of the largest sample of 16 bits, and -1 of the smallest.
    const scale = (value: number) => (bits === 16 && value > 0 ? top : top + 1);
    const samples = Array.from(audio.getChannelData(channel), (value) => Math.round(value * scale(value)));
    expect(samples).toEqual(Array.from(digital));
  }
});
