import { category, type Flags, PatternError } from './nodes.ts';

const letters: Record<string, string> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const digits: Record<string, number> = { x: 2, u: 4, U: 8 };

/** Goes through a pattern, character by character. */
export class Reader {
  readonly #pattern: string;
  at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get done(): boolean {
    return this.at >= this.#pattern.length;
  }

  /** The next character; undefined at the end. */
  get next(): string | undefined {
    const code = this.#pattern.codePointAt(this.at);
    return code === undefined ? undefined : String.fromCodePoint(code);
  }

  take(): string {
    const { next = '' } = this;
    this.at += next.length;
    return next;
  }

  eat(character: string): boolean {
    if (this.next !== character) return false;
    this.at += character.length;
    return true;
  }

  /** @param expected sticky, so that it is looked for here and nowhere else */
  eatPattern(expected: RegExp): RegExpExecArray | null {
    expected.lastIndex = this.at;
    const found = expected.exec(this.#pattern);
    if (found) this.at += found[0].length;
    return found;
  }

  /** The counts of `*`, `+`, `?`, `{m}`, `{m,}`, `{,n}` or `{m,n}`; undefined where none stands. */
  repetition(): [number, number] | undefined {
    if (this.eat('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.eat('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.eat('?')) return [0, 1];
    const found = this.eatPattern(/\{(\d*)(?:(,)(\d*))?\}/y);
    if (!found) return undefined;
    const [all, least, comma, most] = found;
    if (all === '{}') {
      this.at -= all.length;
      return undefined;
    }
    const min = Number(least);
    return [min, comma ? (most ? Number(most) : Number.POSITIVE_INFINITY) : min];
  }

  /** What stands behind a backslash: one character, or a test for a category of them. */
  escape(flags: Flags, inClass: boolean): string | ((character: string) => boolean) {
    const start = this.at - 1;
    const letter = this.take();
    if (!letter) throw new PatternError('bad escape (end of pattern)', start);
    const found = category(letter, flags);
    if (found) return found;
    if (letter in letters) return letters[letter];
    if (inClass && letter === 'b') return '\b';
    if (letter in digits) {
      const code = this.eatPattern(new RegExp(`[0-9a-fA-F]{${digits[letter]}}`, 'y'));
      if (!code || Number.parseInt(code[0], 16) > 0x10ffff)
        throw new PatternError(`incomplete escape \\${letter}`, start);
      return String.fromCodePoint(Number.parseInt(code[0], 16));
    }
    if (/[0-9]/.test(letter)) {
      this.at--;
      const octal = this.eatPattern(inClass ? /[0-7]{1,3}/y : /0[0-7]{0,2}|[0-3][0-7]{2}/y);
      if (octal) return String.fromCharCode(Number.parseInt(octal[0], 8));
      throw new PatternError('a backreference, which is not supported,', start);
    }
    if (/[A-Za-z]/.test(letter)) throw new PatternError(`bad escape \\${letter}`, start);
    return letter;
  }
}
