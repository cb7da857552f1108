import { type Node, PatternError } from './nodes.ts';
import { parsePattern } from './parse.ts';

/** Bounds what matching may cost, over all patterns and texts that share it. */
export class Effort {
  #left: number;

  /** @param steps a few hundred million are some seconds */
  constructor(steps: number) {
    this.#left = steps;
  }

  spend(): void {
    if (--this.#left < 0) throw new PatternError('takes too long to match, given up', 0);
  }
}

/** A regular expression of Python's `re`, for texts of some hundred characters. */
export interface Pattern {
  /** As `re.fullmatch`: the whole text matches. */
  fullmatch(text: string): boolean;
  /** As `re.match`: the text begins with a match. */
  match(text: string): boolean;
}

/**
 * Reads a pattern of Python's `re` as of 3.11.
 *
 * Where a pattern may end is computed once for each of its parts and each place of the text, so no pattern takes
 * exponential time. What depends on more than the place, backreferences and conditions, cannot be done so and is refused.
 *
 * @throws PatternError where Python refuses the pattern, for backreferences and conditions, and when the effort is spent.
 */
export function compile(pattern: string, effort: Effort): Pattern {
  const root = parsePattern(pattern);
  const ends = (text: string) => new Matcher(Array.from(text), effort).ends(root, 0);
  return {
    fullmatch: (text) => ends(text).includes(Array.from(text).length),
    match: (text) => ends(text).length > 0,
  };
}

class Matcher {
  readonly #text: readonly string[];
  readonly #effort: Effort;
  readonly #known = new Map<Node, number[][]>();

  constructor(text: readonly string[], effort: Effort) {
    this.#text = text;
    this.#effort = effort;
  }

  /** Where a match that begins at `from` may end, each place once, in the order in which backtracking would try them. */
  ends(node: Node, from: number): number[] {
    let known = this.#known.get(node);
    if (!known) {
      known = [];
      this.#known.set(node, known);
    }
    known[from] ??= this.#search(node, from);
    return known[from];
  }

  #search(node: Node, from: number): number[] {
    this.#effort.spend();
    switch (node.kind) {
      case 'character':
        return from < this.#text.length && node.test(this.#text[from]) ? [from + 1] : [];
      case 'place':
        return node.test(this.#text, from) ? [from] : [];
      case 'choice':
        return this.#joined(node.items.map((item) => this.ends(item, from)));
      case 'sequence':
        return this.#sequence(node.items, from);
      case 'atomic':
        return this.ends(node.item, from).slice(0, 1);
      case 'look':
        return this.#sees(node.item, node.behind, from) === node.negative ? [] : [from];
      case 'repeat':
        return this.#repeat(node, from);
    }
  }

  #sequence(items: Node[], from: number): number[] {
    let places = [from];
    for (const item of items) {
      if (!places.length) break;
      places = this.#joined(places.map((at) => this.ends(item, at)));
    }
    return places;
  }

  #sees(item: Node, behind: boolean, from: number): boolean {
    if (!behind) return this.ends(item, from).length > 0;
    for (let start = 0; start <= from; start++) if (this.ends(item, start).includes(from)) return true;
    return false;
  }

  #repeat({ item, min, max, lazy }: Node & { kind: 'repeat' }, from: number): number[] {
    if (item.kind === 'character') return this.#run(item, [min, max], lazy, from);
    // more rounds than characters are rounds that match nothing, of which one is as good as many
    const rounds = this.#text.length + 1;
    const least = Math.min(min, rounds);
    let places = [from];
    for (let round = 0; round < least; round++) places = this.#joined(places.map((at) => this.ends(item, at)));
    const known = new Map<string, number[]>();
    /** After as many rounds as must be, with so many that may still be; one that matches nothing is the last. */
    const further = (left: number, at: number): number[] => {
      const found = known.get(`${left} ${at}`);
      if (found) return found;
      const next = left > 0 ? this.ends(item, at) : [];
      const more = next.map((end) => (end > at ? further(left - 1, end) : [at]));
      const all = this.#joined(lazy ? [[at], ...more] : [...more, [at]]);
      known.set(`${left} ${at}`, all);
      return all;
    };
    return this.#joined(places.map((at) => further(Math.min(max, rounds) - least, at)));
  }

  /** A repeat of one character, as most are: as far as the text goes on with it, and every place before that. */
  #run(item: Node & { kind: 'character' }, [min, max]: [number, number], lazy: boolean, from: number): number[] {
    let end = from;
    while (end < this.#text.length && end - from < max && item.test(this.#text[end])) end++;
    const places: number[] = [];
    for (let at = end; at >= from + min; at--) places.push(at);
    return lazy ? places.reverse() : places;
  }

  #joined(lists: number[][]): number[] {
    if (lists.length === 1) return lists[0];
    const seen = new Set<number>();
    for (const list of lists) {
      for (const place of list) {
        this.#effort.spend();
        seen.add(place);
      }
    }
    return [...seen];
  }
}
