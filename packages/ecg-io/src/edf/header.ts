import { EcgFileError, type FilePlace } from '../file-error.ts';
import { canonicalUnit } from '../units.ts';
import { quote } from '../wfdb/error.ts';

/** A signal of an EDF or BDF file. */
export interface EdfSignal {
  label: string;
  /** 'nV', 'uV', 'mV' or 'V' in whatever spelling, others as in the file. */
  units: string;
  /** The two points of its calibration; NaN where the file has no number. */
  physicalMin: number;
  physicalMax: number;
  digitalMin: number;
  digitalMax: number;
  /** Samples in one data record. */
  samplesPerRecord: number;
  /** Where its samples begin in a data record, in bytes. */
  byteOffset: number;
  /** Holds text (EDF+ annotations), no samples. */
  isAnnotation: boolean;
  /** Why it cannot be calibrated, where a field of the two points is no number. */
  unreadable?: EcgFileError;
}

/** What an EDF header says, without the two fields about the patient and the recording. */
export interface EdfHeader {
  format: 'edf' | 'bdf';
  /** 2 in EDF, 3 in BDF. */
  bytesPerSample: number;
  /** Whether data records follow each other without gaps: all but EDF+D. */
  continuous: boolean;
  startTime?: Date;
  headerBytes: number;
  /** Data records in the file, and the length of one in seconds and in bytes. */
  records: number;
  duration: number;
  recordBytes: number;
  signals: EdfSignal[];
  warnings: string[];
}

/** The fixed part of a header; each signal adds as much. */
export const EDF_BLOCK = 256;

/** Widths of the fields per signal; all signals' labels come first, then all transducers, and so on. */
const WIDTHS = {
  label: 16,
  transducer: 80,
  units: 8,
  physicalMin: 8,
  physicalMax: 8,
  digitalMin: 8,
  digitalMax: 8,
  prefilter: 80,
  samples: 8,
};
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const latin1 = new TextDecoder('latin1');

/**
 * How long the whole header is, from its first 256 bytes.
 *
 * @throws EcgFileError if the file is neither EDF nor BDF, or shorter than its header
 */
export function edfHeaderBytes(bytes: Uint8Array, file: string, size: number): number {
  const isEdf = latin1.decode(bytes.subarray(0, 8)).trim() === '0';
  const isBdf = bytes[0] === 0xff && latin1.decode(bytes.subarray(1, 8)) === 'BIOSEMI';
  if (bytes.length < EDF_BLOCK || !(isEdf || isBdf)) {
    throw new EcgFileError({ file, offset: 0 }, `is no EDF or BDF file: it has ${size} bytes and begins otherwise`);
  }
  const signals = integer(bytes, 252, 4, { file, field: 'number of signals' }, 1);
  const expected = EDF_BLOCK * (signals + 1);
  const found = integer(bytes, 184, 8, { file, field: 'header bytes' }, 0);
  if (found !== expected) {
    const message = `expected ${expected} for ${signals} signals, found ${found}`;
    throw new EcgFileError({ file, offset: 184, field: 'header bytes' }, message);
  }
  if (expected > size) {
    throw new EcgFileError({ file, offset: size }, `truncated: the header has ${expected} bytes, the file ${size}`);
  }
  return expected;
}

/**
 * Parses a header of EDF (https://www.edfplus.info/specs/edf.html), EDF+ or BDF (24 bits). A file that is shorter than it says is an error,
 * one that is longer has a warning.
 *
 * @throws EcgFileError naming field and byte
 */
export function parseEdfHeader(bytes: Uint8Array, file: string, size: number): EdfHeader {
  const isBdf = bytes[0] === 0xff;
  const bytesPerSample = isBdf ? 3 : 2;
  const reserved = text(bytes, 192, 44);
  const duration = decimal(bytes, 244, 8, { file, field: 'duration of a data record' });
  const count = integer(bytes, 252, 4, { file, field: 'number of signals' }, 1);
  const signals = parseSignals(bytes, count, bytesPerSample, file);
  const recordBytes = signals.reduce((sum, { samplesPerRecord }) => sum + samplesPerRecord * bytesPerSample, 0);
  if (recordBytes === 0) throw new EcgFileError({ file, field: 'samples per data record' }, 'no signal has any');

  const declared = integer(bytes, 236, 8, { file, field: 'number of data records' }, -1);
  const held = Math.floor((size - bytes.length) / recordBytes);
  const records = declared < 0 ? held : declared; // -1 is written while a recording goes on
  const end = bytes.length + records * recordBytes;
  if (end > size) {
    const message = `truncated: expected ${end} bytes (${records} data records of ${recordBytes}), found ${size}`;
    throw new EcgFileError({ file, offset: size }, message);
  }
  const warnings = end < size ? [`${file}: ${size - end} unread bytes from byte ${end} on`] : [];
  return {
    format: isBdf ? 'bdf' : 'edf',
    bytesPerSample,
    continuous: !/^[EB]DF\+D/.test(reserved),
    startTime: parseStart(text(bytes, 168, 8), text(bytes, 176, 8), text(bytes, 88, 80)),
    headerBytes: bytes.length,
    records,
    duration,
    recordBytes,
    signals,
    warnings,
  };
}

function parseSignals(bytes: Uint8Array, count: number, bytesPerSample: number, file: string): EdfSignal[] {
  const starts = new Map<string, number>();
  let start = EDF_BLOCK;
  for (const [field, width] of Object.entries(WIDTHS)) {
    starts.set(field, start);
    start += width * count;
  }
  let byteOffset = 0;
  return Array.from({ length: count }, (_, index) => {
    const at = (field: keyof typeof WIDTHS) => [starts.get(field)! + index * WIDTHS[field], WIDTHS[field]] as const;
    const place = (field: string) => ({ file, field: `${field} of signal ${index}` });
    const label = text(bytes, ...at('label'));
    const isAnnotation = label === 'EDF Annotations' || label === 'BDF Annotations';
    let unreadable: EcgFileError | undefined;
    const number = (field: keyof typeof WIDTHS, name: string) => {
      try {
        return decimal(bytes, ...at(field), place(name));
      } catch (error) {
        // Text has no calibration, and of a signal it is asked for only with the signal.
        if (!isAnnotation) unreadable ??= error as EcgFileError;
        return Number.NaN;
      }
    };
    const samplesPerRecord = integer(bytes, ...at('samples'), place('samples per data record'), 0);
    const signal: EdfSignal = {
      label,
      units: canonicalUnit(text(bytes, ...at('units'))),
      physicalMin: number('physicalMin', 'physical minimum'),
      physicalMax: number('physicalMax', 'physical maximum'),
      digitalMin: number('digitalMin', 'digital minimum'),
      digitalMax: number('digitalMax', 'digital maximum'),
      samplesPerRecord,
      byteOffset,
      isAnnotation,
      ...(unreadable && { unreadable }),
    };
    byteOffset += samplesPerRecord * bytesPerSample;
    return signal;
  });
}

/**
 * `dd.mm.yy`, where 85 to 99 are the last years of the 20th century, and `hh.mm.ss`. EDF+ gives the whole year in the recording field,
 * `Startdate 02-MAR-2002`, and an X there where the date was taken out.
 */
function parseStart(date: string, time: string, recording: string): Date | undefined {
  const day = /^(\d\d)\D(\d\d)\D(\d\d)$/.exec(date);
  const clock = /^(\d\d)\D(\d\d)\D(\d\d)$/.exec(time);
  if (!day || !clock || /^Startdate X\b/.test(recording)) return undefined;
  const full = /^Startdate (\d\d)-([A-Z]{3})-(\d{4})\b/.exec(recording);
  const year = full ? Number(full[3]) : Number(day[3]) + (Number(day[3]) < 85 ? 2000 : 1900);
  const month = full ? MONTHS.indexOf(full[2]) + 1 : Number(day[2]);
  const iso = `${year}-${String(month).padStart(2, '0')}-${full?.[1] ?? day[1]}T${clock.slice(1).join(':')}Z`;
  const start = new Date(iso);
  return Number.isNaN(start.getTime()) ? undefined : start;
}

/** What stands behind a NUL is what the writer's memory held. */
function text(bytes: Uint8Array, start: number, length: number): string {
  return latin1
    .decode(bytes.subarray(start, start + length))
    .replace(/\0.*$/s, '')
    .trim();
}

/** Some writers have a decimal comma, as their computer has. */
function decimal(bytes: Uint8Array, start: number, length: number, place: FilePlace): number {
  const found = text(bytes, start, length);
  const value = /^[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?$/.test(found)
    ? Number(found.replace(',', '.'))
    : Number.NaN;
  if (!Number.isFinite(value))
    throw new EcgFileError({ ...place, offset: start }, `expected a number, found ${quote(found)}`);
  return value;
}

function integer(bytes: Uint8Array, start: number, length: number, place: FilePlace, least: number): number {
  const value = decimal(bytes, start, length, place);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new EcgFileError({ ...place, offset: start }, `expected an integer of ${least} or more, found ${value}`);
  }
  return value;
}
