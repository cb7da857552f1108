import type { Source } from '@heartllm/source';
import { WfdbError, type WfdbPlace } from './error.ts';
import { FlacEnd, FlacError } from './flac/error.ts';
import { decodeFrame, type Frame } from './flac/frame.ts';
import { readStreamInfo, type StreamInfo } from './flac/stream-info.ts';
import { asWfdbError } from './read-header.ts';
import type { FileRequest } from './read-signal-file.ts';
import type { SignalFile } from './signal-file.ts';

/** Bytes that are read at a time; twice as many where a frame does not fit. */
const CHUNK = 1 << 20;

/**
 * Reads the frames [from, to) of a FLAC file (formats 508, 516, 524), RFC 9639: a channel per signal, with the samples of a frame one after
 * the other. All that lies before them has to be read and decoded too. Memory grows with what was decoded, not with what was promised.
 *
 * @param warnings takes a sentence about samples behind the record's last frame
 * @returns the samples of all signals, frame by frame; [(to - from) * frameSize]
 * @throws WfdbError if the file is missing, too short or no FLAC stream that fits the header
 */
export async function readFlac(
  source: Source,
  file: SignalFile,
  { frames: { from, to, total }, place }: Pick<FileRequest, 'frames' | 'place'>,
  warnings: string[],
): Promise<Int32Array> {
  const window = new Window(source, file, place);
  const info = await window.decode((bytes) => {
    const found = readStreamInfo(bytes);
    return { value: checked(found, file, place), end: found.firstFrame };
  }, 'a FLAC stream');
  const perFrame = file.signals[0].signal.sampsPerFrame;
  if (info.samples > 0 && info.samples < total * perFrame) {
    throw new WfdbError(place, `${file.path} holds ${info.samples} samples per signal, expected ${total * perFrame}`);
  }
  if (info.samples > total * perFrame) {
    warnings.push(`${file.path}: ${info.samples - total * perFrame} unread samples per signal`);
  }

  const first = from * perFrame;
  const last = to * perFrame;
  const wanted = (last - first) * info.channels;
  let samples = new Int32Array(Math.min(wanted, CHUNK));
  for (let at = 0; at < last; ) {
    const { channels } = await window.decode(
      (bytes) => {
        const frame: Frame = decodeFrame(bytes, 0, info);
        return { value: frame, end: frame.end };
      },
      `${total * perFrame} samples per signal`,
    );
    const length = channels[0].length;
    const needed = (Math.min(at + length, last) - first) * info.channels;
    if (needed > samples.length) {
      const grown = new Int32Array(Math.min(wanted, Math.max(needed, 2 * samples.length)));
      grown.set(samples);
      samples = grown;
    }
    channels.forEach((channel, index) => {
      interleave(channel, samples, { at: at - first, index, count: info.channels, perFrame, end: last - first });
    });
    at += length;
  }
  return samples;
}

/** Frames in a FLAC file, as its own header says. Throws WfdbError if it does not say. */
export async function flacFrames(source: Source, file: SignalFile, place: WfdbPlace): Promise<number> {
  const { samples } = await new Window(source, file, place).decode((bytes) => {
    const info = readStreamInfo(bytes);
    return { value: checked(info, file, place), end: info.firstFrame };
  }, 'a FLAC stream');
  if (samples === 0) throw new WfdbError(place, `neither the header nor ${file.path} says how many samples there are`);
  return Math.floor(samples / file.signals[0].signal.sampsPerFrame);
}

function checked(info: StreamInfo, { path, signals, fmt, coding }: SignalFile, place: WfdbPlace): StreamInfo {
  const bits = coding.kind === 'flac' ? coding.bits : 0;
  if (info.bits > bits) {
    throw new WfdbError(place, `${path} is a stream of ${info.bits} bits, format ${fmt} allows ${bits}`);
  }
  if (info.channels !== signals.length) {
    throw new WfdbError(place, `${path} has ${info.channels} channels, expected ${signals.length}, one per signal`);
  }
  return info;
}

/** Puts a channel's block of samples into frames of `count * perFrame`; sample 0 of the block is sample `at` of the channel. */
function interleave(
  block: Int32Array,
  samples: Int32Array,
  { at, index, count, perFrame, end }: { at: number; index: number; count: number; perFrame: number; end: number },
): void {
  const begin = Math.max(0, -at);
  const stop = Math.min(block.length, end - at);
  let k = (at + begin) % perFrame;
  let frame = (at + begin - k) * count + index * perFrame;
  for (let i = begin; i < stop; i++) {
    samples[frame + k] = block[i];
    if (++k === perFrame) {
      k = 0;
      frame += count * perFrame;
    }
  }
}

/** The part of the file from the next thing to decode on, read as needed. */
class Window {
  private readonly source: Source;
  private readonly file: SignalFile;
  private readonly place: WfdbPlace;
  private bytes = new Uint8Array(0);
  /** Of the first of `bytes` in the file. */
  private offset: number;
  private atEnd = false;

  constructor(source: Source, file: SignalFile, place: WfdbPlace) {
    this.source = source;
    this.file = file;
    this.place = place;
    this.offset = file.byteOffset;
  }

  /**
   * Decodes the next thing, with more bytes where it asks for them, and goes on behind it.
   *
   * @param expected what should be there, for the message
   * @throws WfdbError
   */
  async decode<T>(decoder: (bytes: Uint8Array) => { value: T; end: number }, expected: string): Promise<T> {
    for (;;) {
      try {
        const { value, end } = decoder(this.bytes);
        this.bytes = this.bytes.subarray(end);
        this.offset += end;
        return value;
      } catch (error) {
        if (!(error instanceof FlacError)) throw error;
        if (error instanceof FlacEnd && !this.atEnd) await this.readMore();
        else {
          const offset = this.offset + error.offset;
          const message =
            error instanceof FlacEnd ? `truncated: expected ${expected}; ${error.message}` : error.message;
          throw new WfdbError({ file: this.file.path, offset }, message, { cause: error });
        }
      }
    }
  }

  private async readMore(): Promise<void> {
    const start = this.offset + this.bytes.length;
    const length = Math.max(CHUNK, this.bytes.length);
    const more = await asWfdbError(this.place, this.source.read(this.file.path, start, start + length), this.source);
    this.atEnd = more.length < length;
    const joined = new Uint8Array(this.bytes.length + more.length);
    joined.set(this.bytes);
    joined.set(more, this.bytes.length);
    this.bytes = joined;
  }
}
