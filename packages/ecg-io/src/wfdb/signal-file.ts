import { quote, WfdbError } from './error.ts';
import type { SignalFormat } from './formats/format.ts';
import { formats, knownFormats } from './formats/index.ts';
import type { WfdbHeader, WfdbSignal } from './header-types.ts';

/** A signal file and how the samples of its signals take turns in it: planning only, nothing is read here. */
export interface SignalFile {
  /** Path inside the source. */
  path: string;
  /** The first line of the header that names the file. */
  line: number;
  fmt: string;
  format: SignalFormat;
  byteOffset: number;
  /** Samples of all signals in one frame. */
  frameSize: number;
  signals: SignalSlot[];
}

/** Where a signal stands in the frames of its file. */
export interface SignalSlot {
  /** Of the record. */
  index: number;
  signal: WfdbSignal;
  /** Samples before it in the frame. */
  slot: number;
}

/**
 * Groups the signals of a header by file.
 *
 * @param folder of the header inside the source, '' or ending in '/'
 * @throws WfdbError for a format that does not exist or is not read here, and for a file with two formats or byte offsets
 */
export function signalFiles(header: WfdbHeader, headerFile: string, folder: string): SignalFile[] {
  const files = new Map<string, SignalFile>();
  let previous = '';
  header.signals.forEach((signal, index) => {
    const place = (field: string) => ({ file: headerFile, line: signal.line, field });
    let file = files.get(signal.fileName);
    if (!file) {
      file = {
        path: folder + signal.fileName,
        line: signal.line,
        fmt: signal.fmt,
        format: formatOf(signal, headerFile),
        byteOffset: signal.byteOffset,
        frameSize: 0,
        signals: [],
      };
      files.set(signal.fileName, file);
    } else if (previous !== signal.fileName) {
      throw new WfdbError(place('file name'), `the signals of ${quote(signal.fileName)} do not stand together`);
    } else if (signal.fmt !== file.fmt) {
      const message = `format ${signal.fmt} differs from format ${file.fmt} of the same file ${quote(signal.fileName)}`;
      throw new WfdbError(place('format'), message);
    } else if (signal.byteOffset !== file.byteOffset) {
      const message = `${signal.byteOffset} differs from ${file.byteOffset} of the same file ${quote(signal.fileName)}`;
      throw new WfdbError(place('byte offset'), message);
    }
    file.signals.push({ index, signal, slot: file.frameSize });
    file.frameSize += signal.sampsPerFrame;
    previous = signal.fileName;
  });
  return [...files.values()];
}

function formatOf(signal: WfdbSignal, headerFile: string): SignalFormat {
  const format = formats.get(signal.fmt);
  if (format) return format;
  const message = knownFormats.has(signal.fmt)
    ? `signal format ${signal.fmt} of ${quote(signal.fileName)} is not supported yet, only ${[...formats.keys()].join(', ')}`
    : `unknown signal format ${signal.fmt}`;
  throw new WfdbError({ file: headerFile, line: signal.line, field: 'format' }, message);
}

/** Whole frames in a file of `size` bytes. */
export function framesIn(file: SignalFile, size: number): number {
  return Math.floor(file.format.sampleCount(Math.max(0, size - file.byteOffset)) / file.frameSize);
}

/**
 * Compares a file's size with what the header promises; returns a warning for bytes that nobody claims.
 *
 * @throws WfdbError if the file is too short
 */
export function checkSize(file: SignalFile, size: number, frames: number): string | undefined {
  const { path, byteOffset, fmt, signals } = file;
  if (byteOffset > size) {
    throw new WfdbError(
      { file: path, offset: size },
      `the samples begin at byte ${byteOffset}, the file ends at ${size}`,
    );
  }
  const needed = byteOffset + file.format.byteLength(frames * file.frameSize);
  if (needed > size) {
    throw new WfdbError(
      { file: path, offset: size },
      `truncated: expected ${needed} bytes (${frames} frames of ${signals.length} signals in format ${fmt}), found ${size}`,
    );
  }
  return needed < size ? `${path}: ${size - needed} unread bytes from byte ${needed} on` : undefined;
}
