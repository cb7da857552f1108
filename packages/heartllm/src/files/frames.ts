import type { FileOptions } from './file-options.ts';

/**
 * The frames [from, to) of the seconds asked for.
 *
 * @param total frames in the file
 * @throws Error for seconds that it does not have
 */
export function framesOf({ from = 0, to }: FileOptions, fs: number, total: number, file: string) {
  const [first, last] = [Math.round(from * fs), to === undefined ? total : Math.round(to * fs)];
  const end = Number((total / fs).toFixed(3));
  if (from < 0 || first > total) throw new Error(`${file}, from: expected 0 to ${end} s, found ${from}`);
  if (last < first || last > total) throw new Error(`${file}, to: expected ${from} to ${end} s, found ${to}`);
  return { from: first, to: last };
}

/** A reader's error about frames in seconds, as they were asked for. */
export function inSeconds(error: Error, fs: number): Error {
  const [frames, ...found] = /a frame within (\d+)\.\.(\d+), found (-?\d+)/.exec(error.message) ?? [];
  if (frames === undefined) return error;
  const [from, to, asked] = found.map((frame) => Number((Number(frame) / fs).toFixed(3)));
  error.message = error.message.replace(frames, `${from} to ${to} s, found ${asked}`);
  return error;
}
