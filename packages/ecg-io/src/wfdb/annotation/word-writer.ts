import { AUX, NULL, SKIP } from './annotations.ts';

const LONGEST_STEP = 0x3ff;
const LONGEST_SKIP = 0x7fffffff;

/** Gathers the words of an annotation file: 16 bits, a code above a value of 10 bits, the low byte first. */
export class WordWriter {
  readonly #bytes: number[] = [];

  word(code: number, value: number): void {
    this.#bytes.push(value & 0xff, (code << 2) | ((value >> 8) & 3));
  }

  /** An annotation `ticks` after, or before, the one written last. */
  annotation(code: number, ticks: number): void {
    if (ticks >= 0 && ticks <= LONGEST_STEP) {
      this.word(code, ticks);
    } else {
      this.#skip(ticks);
      this.word(code, 0);
    }
  }

  /** A null annotation at the same time. A word of zeros would end the file, so it steps back by a tick and takes it again. */
  nullAnnotation(): void {
    this.#skip(-1);
    this.word(NULL, 1);
  }

  /** Text of at most 255 Latin-1 characters, for the annotation written last. */
  note(text: string): void {
    this.word(AUX, text.length);
    for (let i = 0; i < text.length; i++) this.#bytes.push(text.charCodeAt(i));
    if (text.length & 1) this.#bytes.push(0);
  }

  finish(): Uint8Array {
    this.word(NULL, 0);
    return Uint8Array.from(this.#bytes);
  }

  #skip(ticks: number): void {
    for (let left = ticks; left !== 0; ) {
      const part = Math.max(-LONGEST_SKIP, Math.min(LONGEST_SKIP, left));
      this.word(SKIP, 0);
      // The long integer of a PDP-11: the high half first.
      this.#bytes.push((part >> 16) & 0xff, (part >> 24) & 0xff, part & 0xff, (part >> 8) & 0xff);
      left -= part;
    }
  }
}
