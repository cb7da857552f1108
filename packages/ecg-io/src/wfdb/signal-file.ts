import { quote, WfdbError } from './error.ts';
import { type Coding, codings } from './formats/index.ts';
import type { WfdbHeader, WfdbSignal } from './header-types.ts';

/** A signal file and how the samples of its signals take turns in it: planning only, nothing is read here. */
export interface SignalFile {
  /** Path inside the source. */
  path: string;
  /** The first line of the header that names the file. */
  line: number;
  fmt: string;
  coding: Coding;
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
  /** Frames of the file before its sample 0, to which the skew is rounded as in the C library (10.7): halves up. */
  lag: number;
}

/**
 * Groups the signals of a header by file.
 *
 * @param folder of the header inside the source, '' or ending in '/'
 * @throws WfdbError for a format that does not exist, and for a file with two formats or byte offsets
 */
export function signalFiles(header: WfdbHeader, headerFile: string, folder: string): SignalFile[] {
  const files = new Map<string, SignalFile>();
  let previous = '';
  header.signals.forEach((signal, index) => {
    const place = (field: string) => ({ file: headerFile, line: signal.line, field });
    const coding = codings.get(signal.fmt);
    if (!coding) throw new WfdbError(place('format'), `unknown signal format ${signal.fmt}`);
    // Signals without a file have nothing in common.
    const key = signal.fileName === '~' ? `~${index}` : signal.fileName;
    let file = files.get(key);
    if (!file) {
      const path = folder + signal.fileName;
      const { line, fmt, byteOffset } = signal;
      file = { path, line, fmt, coding, byteOffset, frameSize: 0, signals: [] };
      files.set(key, file);
    } else if (previous !== key) {
      throw new WfdbError(place('file name'), `the signals of ${quote(signal.fileName)} do not stand together`);
    } else if (signal.fmt !== file.fmt) {
      const message = `format ${signal.fmt} differs from format ${file.fmt} of the same file ${quote(signal.fileName)}`;
      throw new WfdbError(place('format'), message);
    } else if (signal.byteOffset !== file.byteOffset) {
      const message = `${signal.byteOffset} differs from ${file.byteOffset} of the same file ${quote(signal.fileName)}`;
      throw new WfdbError(place('byte offset'), message);
    } else if (coding.kind === 'flac' && signal.sampsPerFrame !== file.signals[0].signal.sampsPerFrame) {
      const expected = file.signals[0].signal.sampsPerFrame;
      throw new WfdbError(
        place('samples per frame'),
        `expected ${expected} as for the first signal of the FLAC file, found ${signal.sampsPerFrame}`,
      );
    }
    const lag = Math.floor(signal.skew / signal.sampsPerFrame + 0.5);
    file.signals.push({ index, signal, slot: file.frameSize, lag });
    file.frameSize += signal.sampsPerFrame;
    previous = key;
  });
  return [...files.values()];
}
