import { character, type Flags, type Node, PatternError } from './nodes.ts';
import type { Reader } from './reader.ts';

/**
 * Reads `[...]`, whose opening bracket has been read.
 *
 * @param start of the bracket, for messages.
 */
export function parseClass(reader: Reader, flags: Flags, start: number): Node {
  const negative = reader.eat('^');
  const tests: ((character: string) => boolean)[] = [];
  const member = (): string | ((character: string) => boolean) => {
    if (reader.done) throw new PatternError('unterminated character set', start);
    return reader.eat('\\') ? reader.escape(flags, true) : reader.take();
  };
  do {
    const at = reader.at;
    const first = member();
    if (!reader.eatPattern(/-(?!\])/y)) {
      tests.push(typeof first === 'string' ? (c) => c === first : first);
      continue;
    }
    const last = member();
    if (typeof first !== 'string' || typeof last !== 'string' || code(last) < code(first)) {
      throw new PatternError('bad character range', at);
    }
    tests.push((c) => code(c) >= code(first) && code(c) <= code(last));
  } while (!reader.eat(']'));
  const among = character((c) => tests.some((test) => test(c)), flags) as Node & { kind: 'character' };
  return negative ? { kind: 'character', test: (c) => !among.test(c) } : among;
}

const code = (c: string) => c.codePointAt(0) as number;
