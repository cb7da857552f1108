/** What a pattern asks of a text. */
export type Node =
  /** The next character passes the test. */
  | { kind: 'character'; test(character: string): boolean }
  /** A place between characters: `^`, `$`, `\b` and their like. */
  | { kind: 'place'; test(text: readonly string[], at: number): boolean }
  | { kind: 'sequence'; items: Node[] }
  | { kind: 'choice'; items: Node[] }
  | { kind: 'repeat'; item: Node; min: number; max: number; lazy: boolean }
  /** Only the first way in which the item matches: `(?>...)`, and what `+` behind a repeat makes of it. */
  | { kind: 'atomic'; item: Node }
  | { kind: 'look'; item: Node; behind: boolean; negative: boolean };

/** The flags that change what a pattern means, by Python's letters; of `u` and `L` there is nothing to change. */
export type Flags = ReadonlySet<string>;

/** A pattern that Python's `re` refuses, or that needs what no matcher without backtracking has. */
export class PatternError extends Error {
  constructor(problem: string, at: number) {
    super(`${problem} at position ${at}`);
    this.name = 'PatternError';
  }
}

const isSpace = (c: string) => (/\s/.test(c) && c !== '\ufeff') || '\x1c\x1d\x1e\x1f\x85'.includes(c);

/** `\d`, `\s`, `\w` and their opposites; undefined for another letter. */
export function category(letter: string, flags: Flags): ((character: string) => boolean) | undefined {
  const ascii = flags.has('a');
  const classes = new Map<string, (character: string) => boolean>([
    ['d', (c) => (ascii ? /[0-9]/ : /\p{Nd}/u).test(c)],
    ['s', ascii ? (c) => /[\t-\r ]/.test(c) : isSpace],
    ['w', (c) => (ascii ? /[A-Za-z0-9_]/ : /[\p{L}\p{N}_]/u).test(c)],
  ]);
  const test = classes.get(letter.toLowerCase());
  return letter === letter.toLowerCase() ? test : test && ((c) => !test(c));
}

/** `^`, `$`, `\A`, `\Z`, `\b`, `\B`; undefined for another one. */
export function place(name: string, flags: Flags): Node | undefined {
  const isWord = category('w', flags) as (character: string) => boolean;
  const edge = (text: readonly string[], at: number) =>
    (at > 0 && isWord(text[at - 1])) !== (at < text.length && isWord(text[at]));
  const many = flags.has('m');
  const tests = new Map<string, (text: readonly string[], at: number) => boolean>([
    ['^', (text, at) => at === 0 || (many && text[at - 1] === '\n')],
    ['$', (text, at) => at === text.length || (text[at] === '\n' && (many || at === text.length - 1))],
    ['\\A', (_, at) => at === 0],
    ['\\Z', (text, at) => at === text.length],
    ['\\z', (text, at) => at === text.length],
    ['\\b', edge],
    ['\\B', (text, at) => !edge(text, at)],
  ]);
  const test = tests.get(name);
  return test && { kind: 'place', test };
}

/** A test of one character that takes it in any case where the flags say so. */
export function character(test: (character: string) => boolean, flags: Flags): Node {
  if (!flags.has('i')) return { kind: 'character', test };
  return { kind: 'character', test: (c) => test(c) || test(c.toLowerCase()) || test(c.toUpperCase()) };
}
