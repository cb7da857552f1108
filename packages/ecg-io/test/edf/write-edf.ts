/** A signal to write; `samples` per data record, one after the other. */
export interface TestSignal {
  label: string;
  units?: string;
  physical?: [number, number];
  digital?: [number, number];
  samplesPerRecord: number;
  samples?: number[];
  /** Of an annotation signal: the text of each data record. */
  texts?: string[];
}

interface TestFile {
  signals: TestSignal[];
  records: number;
  duration?: number | string;
  reserved?: string;
  recording?: string;
  date?: string;
  bdf?: boolean;
}

/** The bytes of an EDF or BDF file, laid out as the specification says. */
export function writeEdf(file: TestFile): Uint8Array {
  const { signals, records, duration = 1, reserved = '', recording = '', date = '02.03.04', bdf = false } = file;
  const width = bdf ? 3 : 2;
  const columns: [number, (signal: TestSignal) => string | number][] = [
    [16, ({ label }) => label],
    [80, () => 'AgAgCl'],
    [8, ({ units = 'uV' }) => units],
    [8, ({ physical = [-1000, 1000] }) => physical[0]],
    [8, ({ physical = [-1000, 1000] }) => physical[1]],
    [8, ({ digital = [-32768, 32767] }) => digital[0]],
    [8, ({ digital = [-32768, 32767] }) => digital[1]],
    [80, () => 'HP:0.1Hz'],
    [8, ({ samplesPerRecord }) => samplesPerRecord],
    [32, () => ''],
  ];
  const header = [
    (bdf ? '\xffBIOSEMI' : '0').padEnd(8),
    'MCH-0234567 F 02-MAY-1951 Jane_Doe'.padEnd(80),
    recording.padEnd(80),
    date.padEnd(8),
    '05.06.07',
    String(256 * (signals.length + 1)).padEnd(8),
    reserved.padEnd(44),
    String(records).padEnd(8),
    String(duration).padEnd(8),
    String(signals.length).padEnd(4),
    ...columns.flatMap(([length, value]) =>
      signals.map((signal) => String(value(signal)).padEnd(length).slice(0, length)),
    ),
  ].join('');
  const data: number[] = [];
  for (let record = 0; record < Math.max(0, records); record++) {
    for (const { samplesPerRecord, samples, texts } of signals) {
      const bytes = new Uint8Array(samplesPerRecord * width);
      if (texts) bytes.set(new TextEncoder().encode(texts[record]));
      for (let i = 0; samples && i < samplesPerRecord; i++) {
        const value = samples[record * samplesPerRecord + i];
        for (let k = 0; k < width; k++) bytes[i * width + k] = value >> (8 * k);
      }
      data.push(...bytes);
    }
  }
  return Uint8Array.of(...Array.from(header, (character) => character.charCodeAt(0)), ...data);
}
