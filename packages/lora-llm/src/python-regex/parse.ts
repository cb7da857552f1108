import { parseClass } from './character-class.ts';
import { character, type Flags, type Node, PatternError, place } from './nodes.ts';
import { Reader } from './reader.ts';

/** Groups within groups; Python's own parser gives up at about as many. */
const deepest = 100;

/** @throws PatternError where Python's `re` refuses the pattern, and for backreferences and conditions. */
export function parsePattern(pattern: string): Node {
  const parser = new Parser(pattern);
  const node = parser.choice(new Set(), 0);
  if (!parser.reader.done) throw new PatternError('unbalanced parenthesis', parser.reader.at);
  return node;
}

class Parser {
  readonly reader: Reader;

  constructor(pattern: string) {
    this.reader = new Reader(pattern);
  }

  choice(flags: Flags, depth: number): Node {
    if (depth > deepest) throw new PatternError(`more than ${deepest} groups in each other`, this.reader.at);
    // flags that stand at the very beginning hold for all of it
    const global = depth === 0 ? this.#globalFlags() : flags;
    const items = [this.#sequence(global, depth)];
    while (this.reader.eat('|')) items.push(this.#sequence(global, depth));
    return items.length === 1 ? items[0] : { kind: 'choice', items };
  }

  #globalFlags(): Flags {
    const flags = new Set<string>();
    for (let found = this.reader.eatPattern(/\(\?([aimsux]+)\)/y); found; ) {
      for (const letter of found[1]) flags.add(letter);
      found = this.reader.eatPattern(/\(\?([aimsux]+)\)/y);
    }
    return flags;
  }

  #sequence(flags: Flags, depth: number): Node {
    const { reader } = this;
    const items: Node[] = [];
    while (!reader.done && reader.next !== '|' && reader.next !== ')') {
      if (flags.has('x') && reader.eatPattern(/(?:[ \t\n\r\f\v]+|#.*)/y)) continue;
      if (reader.eatPattern(/\(\?#[^)]*\)/y)) continue;
      const start = reader.at;
      const counts = reader.repetition();
      if (counts) items.push(this.#repeated(items.pop(), counts, start));
      else items.push(this.#atom(flags, depth));
    }
    return items.length === 1 ? items[0] : { kind: 'sequence', items };
  }

  #repeated(item: Node | undefined, [min, max]: [number, number], start: number): Node {
    if (!item || item.kind === 'place') throw new PatternError('nothing to repeat', start);
    if (this.#repeats.has(item)) throw new PatternError('multiple repeat', start);
    if (max < min) throw new PatternError('min repeat greater than max repeat', start);
    const lazy = this.reader.eat('?');
    // CPython gives back nothing of any round, not only nothing of the whole
    const node: Node =
      !lazy && this.reader.eat('+')
        ? { kind: 'atomic', item: { kind: 'repeat', item: { kind: 'atomic', item }, min, max, lazy } }
        : { kind: 'repeat', item, min, max, lazy };
    this.#repeats.add(node);
    return node;
  }

  /** Repeats that stand as they are, and in no group. */
  readonly #repeats = new Set<Node>();

  #atom(flags: Flags, depth: number): Node {
    const { reader } = this;
    const start = reader.at;
    const read = reader.take();
    if (read === '(') return this.#group(flags, depth, start);
    if (read === '[') return parseClass(reader, flags, start);
    if (read === '.') return character((c) => c !== '\n' || flags.has('s'), flags);
    const found = place(read === '\\' ? `\\${reader.next}` : read, flags);
    if (found) {
      if (read === '\\') reader.take();
      return found;
    }
    if (read !== '\\') return character((c) => c === read, flags);
    const escaped = reader.escape(flags, false);
    return character(typeof escaped === 'string' ? (c) => c === escaped : escaped, flags);
  }

  #group(flags: Flags, depth: number, start: number): Node {
    const { reader } = this;
    if (!reader.eat('?') || reader.eatPattern(/P<[^\W\d]\w*>/uy)) return this.#inside(flags, depth, start);
    if (reader.next === '(' || reader.eatPattern(/P=/y)) {
      const what = reader.next === '(' ? 'a condition' : 'a backreference';
      throw new PatternError(`${what}, which is not supported,`, start);
    }
    if (reader.eat('>')) return { kind: 'atomic', item: this.#inside(flags, depth, start) };
    const look = reader.eatPattern(/(<?)([=!])/y);
    if (look) {
      const item = this.#inside(flags, depth, start);
      return { kind: 'look', item, behind: look[1] === '<', negative: look[2] === '!' };
    }
    const own = reader.eatPattern(/([aimsux]*)(?:-([imsx]+))?:/y);
    if (!own) throw new PatternError(`unknown extension '(?${reader.next ?? ''}'`, start);
    const [, added, removed = ''] = own;
    return this.#inside(new Set([...flags, ...added].filter((flag) => !removed.includes(flag))), depth, start);
  }

  #inside(flags: Flags, depth: number, start: number): Node {
    const node = this.choice(flags, depth + 1);
    if (!this.reader.eat(')')) throw new PatternError('missing ), unterminated subpattern', start);
    // what is in a group may be repeated, even when it is a repeat itself
    return { kind: 'sequence', items: [node] };
  }
}
