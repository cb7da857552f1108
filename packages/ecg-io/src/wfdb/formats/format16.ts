import type { SignalFormat } from './format.ts';

/** Format 16: two's complement, 16 bits, least significant byte first. */
export const format16: SignalFormat = {
  invalid: -32768,
  byteLength: (samples) => 2 * samples,
  sampleCount: (bytes) => Math.floor(bytes / 2),
  locate: (from, to) => ({ start: 2 * from, end: 2 * to, first: from }),
  decode(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = new Int32Array(bytes.byteLength >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true);
    return samples;
  },
};
