import { namedLead } from '../prepare/lead-names.ts';
import type { WfdbPlace } from './error.ts';
import type { Converted } from './formats/format.ts';
import { type Calibration, type Place, rescale, sumOf, takeSignal, toDigital, toPhysical, wrap16 } from './samples.ts';
import type { Frames } from './selection.ts';
import type { SignalFile, SignalSlot } from './signal-file.ts';

/** Where the samples of a lead go. */
export interface Target {
  physical: Float32Array;
  digital?: Int32Array;
  /** In which integers `digital` is, and what marks an invalid one there. */
  calibration: Calibration;
  invalid: number;
}

/**
 * Takes the samples of one signal out of its file, block by block, so that each is still in the processor's cache while it is converted.
 * Its lag is taken out: the target begins with the lead's own sample 0.
 */
export class LeadSink {
  readonly #slot: SignalSlot;
  readonly #frameSize: number;
  readonly #invalid: number;
  readonly #smooth: boolean;
  readonly #target: Target;
  /** Frames that came. */
  #frame = 0;
  /** Samples that went. */
  #filled = 0;
  #invalidSamples = 0;
  #sum = 0;
  #first: number | undefined;

  constructor({ frameSize, coding }: SignalFile, slot: SignalSlot, smooth: boolean, target: Target) {
    this.#slot = slot;
    this.#frameSize = frameSize;
    this.#invalid = coding.invalid;
    this.#smooth = smooth;
    this.#target = target;
  }

  get slot(): number {
    return this.#slot.slot;
  }

  get calibration(): Calibration {
    return this.#slot.signal;
  }

  get physical(): Float32Array {
    return this.#target.physical;
  }

  /** Whether every frame is one sample of the target, and nothing else is wanted. */
  get isPlain(): boolean {
    const { lag, signal } = this.#slot;
    return lag === 0 && signal.sampsPerFrame === 1 && !this.#target.digital;
  }

  /** Takes all samples at once, which are in `physical` already. */
  takeConverted({ sum, found, first }: Converted & { first: number }): void {
    this.#sum = sum;
    this.#invalidSamples = found;
    this.#first = first;
    this.#filled = this.physical.length;
  }

  /** Takes the frames that follow those before, those before its sample 0 and behind the target's end for their sum alone. */
  take(block: Int32Array): void {
    const { slot, lag, signal } = this.#slot;
    const place = { frameSize: this.#frameSize, slot, sampsPerFrame: signal.sampsPerFrame };
    const frames = block.length / place.frameSize;
    const width = this.#smooth ? 1 : signal.sampsPerFrame;
    const begin = Math.min(frames, Math.max(0, lag - this.#frame));
    const end = Math.min(frames, begin + (this.#target.physical.length - this.#filled) / width);
    const part = (from: number, to: number) => block.subarray(from * place.frameSize, to * place.frameSize);
    this.#first ??= block[slot];
    this.#frame += frames;
    const sums = [sumOf(part(0, begin), place), this.#put(part(begin, end), place), sumOf(part(end, frames), place)];
    for (const sum of sums) this.#sum = (this.#sum + sum) | 0;
  }

  /** Returns the sum of the lead's samples. */
  #put(block: Int32Array, place: Place): number {
    const { signal } = this.#slot;
    const { physical, digital, calibration, invalid } = this.#target;
    const stored = takeSignal(block, place, this.#smooth, this.#invalid);
    const [from, to] = [this.#filled, this.#filled + stored.count];
    const { found, sum } = toPhysical(stored, signal, physical.subarray(from, to));
    if (digital) toDigital(rescale(stored, signal, calibration), invalid, digital.subarray(from, to));
    this.#invalidSamples += found;
    this.#filled = to;
    return stored.samples === block ? sum : sumOf(block, place); // means have another sum
  }

  /** What did not come is invalid. Returns how many samples of the target are. */
  finish(): number {
    const { physical, digital, invalid } = this.#target;
    physical.fill(Number.NaN, this.#filled);
    digital?.fill(invalid, this.#filled);
    return this.#invalidSamples + physical.length - this.#filled;
  }

  /** Compares with the header's initial value, where the frames begin with it, and its checksum, where they are all. */
  verify({ from, to, total }: Frames, { file }: WfdbPlace): string[] {
    const { index, signal } = this.#slot;
    const { initValue, checksum, line, sigName } = signal;
    const where = `${file} line ${line}`;
    const name = sigName === undefined ? `signal ${index}` : `signal ${index} (${namedLead(sigName)})`;
    const found: string[] = [];
    if (initValue !== undefined && from === 0 && this.#first !== undefined && this.#first !== initValue) {
      found.push(`${where}: ${name} begins with ${this.#first}, the header says ${initValue}`);
    }
    if (checksum !== undefined && from === 0 && to === total && (this.#sum - checksum) % 0x10000 !== 0) {
      found.push(`${where}: the checksum of ${name} is ${wrap16(this.#sum)}, the header says ${checksum}`);
    }
    return found;
  }
}
