/** An entry of fixtures/expected.json or expected-formats.json: what wfdb-python reads, smoothed as WFDB 10.7 does (smoothed.py). */
export interface Expected {
  record: string;
  /** Frames. */
  samples: number;
  channels: {
    name: string;
    length: number;
    invalid: number;
    /** Missing where segments have different gains: wfdb-python then gives no integers. */
    first8?: number[];
    sha256_i32le?: string;
    sha256_f64le?: string;
    /** null: invalid. */
    physicalFirst8?: (number | null)[];
    min?: number | null;
    max?: number | null;
    mean?: number | null;
  }[];
  smoothFrames?: boolean;
  /** Of a whole record. */
  fs?: number;
  gains?: number[];
  baselines?: number[];
  units?: string[];
  comments?: string[];
  /** Of a partial read. */
  from?: number;
  to?: number;
  channelsAsked?: number[];
}

export async function sha256(data: Int32Array | Float64Array | BigInt64Array | BigUint64Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(data.buffer as ArrayBuffer));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A small record of 4 signals x `frames` of format 16 with right checksums, as header lines and bytes. */
export function smallRecord(frames = 50): {
  lines: string[];
  dat: Uint8Array;
  value: (frame: number, signal: number) => number;
} {
  const value = (frame: number, signal: number) => ((frame * 37 + signal * 1001) % 700) - 350;
  const dat = new Uint8Array(frames * 8);
  const view = new DataView(dat.buffer);
  const sums = [0, 0, 0, 0];
  for (let frame = 0; frame < frames; frame++) {
    for (let signal = 0; signal < 4; signal++) {
      view.setInt16((frame * 4 + signal) * 2, value(frame, signal), true);
      sums[signal] += value(frame, signal);
    }
  }
  const signals = sums.map((sum, i) => `rec.dat 16 100/mV 16 0 ${value(0, i)} ${(sum << 16) >> 16} 0 ECG_${i + 1}`);
  return { lines: [`rec 4 500 ${frames}`, ...signals], dat, value };
}
