import { TokenTrie, type TokenTrieNode } from '@heartllm/lora-llm';

/** A text that may be written, and what it says. */
export interface Saying {
  /** As it is written, without what separates it from the next. */
  text: string;
  /** Two texts with one id say the same. */
  id: string;
}

/** How several sayings make one text. `separator` may not be empty, and no saying holds its first character. */
export interface Joint {
  separator: string;
  /** Behind the last one: empty, or what the separator begins with. */
  end: string;
}

/** Which sayings go together; ids of those that were written are in the order of writing. */
export interface SayingRules {
  /** Whether what has this id may come behind what was said. */
  mayFollow(said: readonly string[], id: string): boolean;
  /** Whether nothing more need be said. */
  mayEnd(said: readonly string[]): boolean;
}

/** A place in a text that is being written: what was said, and how far the next saying or what separates it is. */
export interface Place {
  /** Ids of the sayings that were written to their end, in the order of writing. */
  said: readonly string[];
  /** In the saying that is being written; undefined behind one. */
  node?: TokenTrieNode | undefined;
  /** Bytes of the separator that stand behind the last saying. */
  separated: number;
}

/**
 * The texts that are made of sayings: which byte of UTF-8 may follow which, and where a text may end. It knows no tokens, so
 * that it does not matter how a vocabulary cuts a text into words.
 *
 * A text that was begun can always be ended, as long as the rules let one saying or another follow where it may not end yet.
 */
export class Sayings {
  /** Each text once. */
  readonly all: readonly Saying[];
  readonly #trie: TokenTrie;
  readonly #separator: Uint8Array;
  readonly #end: number;
  readonly #rules: SayingRules;
  /** By node, the places in `all` of the sayings that lie behind it. */
  readonly #behind = new Map<TokenTrieNode, number[]>();
  readonly #mayFollow = new Map<string, ReadonlySet<number>>();

  /** @throws LlamaError where there is no saying */
  constructor(sayings: readonly Saying[], { separator, end }: Joint, rules: SayingRules) {
    const all = [...new Map(sayings.map((saying) => [saying.text, saying])).values()];
    this.all = all;
    this.#separator = utf8(separator);
    this.#end = utf8(end).length;
    this.#rules = rules;
    const texts = all.map(({ text }) => utf8(text));
    this.#trie = new TokenTrie(texts);
    for (const [i, text] of texts.entries()) {
      for (let node: TokenTrieNode | undefined = this.#trie.root, at = 0; node; node = node.next.get(text[at++])) {
        const behind = this.#behind.get(node) ?? [];
        behind.push(i);
        this.#behind.set(node, behind);
      }
    }
  }

  /** Where a text begins. */
  get start(): Place {
    return { said: [], node: this.#trie.root, separated: 0 };
  }

  /**
   * Where a byte leads to; undefined where it may not be written.
   *
   * @param byte of UTF-8, 0..255
   */
  step(place: Place, byte: number): Place | undefined {
    const { said, node, separated } = place;
    if (!node) {
      if (byte !== this.#separator[separated] || this.#following(said).size === 0) return undefined;
      return this.#behindSeparator(said, separated + 1);
    }
    const next = node.next.get(byte);
    if (next && this.#isOpen(next, said)) return { said, node: next, separated: 0 };
    const now = this.#whatIsSaid(place);
    if (byte !== this.#separator[0] || !now) return undefined;
    const goesOn = this.#following(now).size > 0;
    if (!goesOn && (this.#end === 0 || !this.#rules.mayEnd(now))) return undefined;
    return this.#behindSeparator(now, 1);
  }

  /** Whether the text may end here. */
  mayEnd(place: Place): boolean {
    if (!place.node) return place.separated === this.#end && this.#rules.mayEnd(place.said);
    const said = this.#end === 0 ? this.#whatIsSaid(place) : undefined;
    return said !== undefined && this.#rules.mayEnd(said);
  }

  /** Bytes that may come next, or some more. */
  candidates({ node, separated }: Place): Iterable<number> {
    return node ? [...node.next.keys(), this.#separator[0]] : [this.#separator[separated]];
  }

  /** The longest beginning of a text that may stand alone: all of it where it was ended, less where it was cut off. */
  settle(text: string): string {
    const bytes = utf8(text);
    let place: Place | undefined = this.start;
    let whole = 0;
    for (let i = 0; place && i < bytes.length; i++) {
      place = this.step(place, bytes[i]);
      if (place && this.mayEnd(place)) whole = i + 1;
    }
    return new TextDecoder().decode(bytes.subarray(0, whole));
  }

  #behindSeparator(said: readonly string[], separated: number): Place {
    const whole = separated === this.#separator.length;
    return { said, node: whole ? this.#trie.root : undefined, separated: whole ? 0 : separated };
  }

  /** What is said where the saying that is being written ends here; undefined where none ends. */
  #whatIsSaid({ said, node }: Place): readonly string[] | undefined {
    const i = node?.sequence;
    if (i === undefined || !this.#following(said).has(i)) return undefined;
    return [...said, this.all[i].id];
  }

  #isOpen(node: TokenTrieNode, said: readonly string[]): boolean {
    const following = this.#following(said);
    return this.#behind.get(node)!.some((i) => following.has(i));
  }

  /** Places in `all` of what may follow. */
  #following(said: readonly string[]): ReadonlySet<number> {
    const key = said.join('\n');
    const known = this.#mayFollow.get(key);
    if (known) return known;
    const following = new Set([...this.all.keys()].filter((i) => this.#rules.mayFollow(said, this.all[i].id)));
    this.#mayFollow.set(key, following);
    return following;
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
