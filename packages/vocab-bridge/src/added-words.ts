import type { AddedToken } from './tokenizer-json.ts';

/** A run of text, or the id of the added token that was found. */
type Piece = string | number;

/** A character tree of the words; a node's `token` is the word that ends there. */
interface Node {
  next: Map<string, Node>;
  token?: AddedToken;
}

// \w and \s of Rust's regex crate, which are not JavaScript's
const WORD_AT_END = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const WORD_AT_START = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const BLANKS_AT_START = /^\p{White_Space}*/u;
const BLANK = /\p{White_Space}/u;

/**
 * Finds added tokens in a text as Hugging Face's tokenizers does (added_vocabulary.rs): those with `normalized: false` in the
 * text as it is, then the others in what lies between, normalized; of those that begin at one place the longest. A
 * `single_word` counts only where no letter, digit or underscore is beside it; `lstrip` and `rstrip` take the blanks along.
 */
export class AddedWords {
  readonly #asWritten: Node;
  readonly #normalized: Node;
  readonly #normalize: (text: string) => string;

  /** @param normalize what the tokenizer does to a text first; nothing by default */
  constructor(tokens: AddedToken[], normalize: (text: string) => string = (text) => text) {
    this.#normalize = normalize;
    this.#asWritten = tree(tokens.filter(({ normalized }) => !normalized).map((token) => [token.content, token]));
    this.#normalized = tree(
      tokens.filter(({ normalized }) => normalized).map((token) => [normalize(token.content), token]),
    );
  }

  /** The pieces of a text in their order, runs of text normalized; `first` is the run that the text begins with. */
  split(text: string): { piece: Piece; first: boolean }[] {
    return find(this.#asWritten, text).flatMap((outer, i) => {
      if (typeof outer === 'number') return [{ piece: outer, first: false }];
      const inner = find(this.#normalized, this.#normalize(outer));
      return inner.map((piece, j) => ({ piece, first: i === 0 && j === 0 }));
    });
  }
}

function tree(words: [string, AddedToken][]): Node {
  const root: Node = { next: new Map() };
  for (const [word, token] of words) {
    if (word === '') continue;
    let node = root;
    for (let i = 0; i < word.length; i++) {
      const child = node.next.get(word[i]) ?? { next: new Map() };
      node.next.set(word[i], child);
      node = child;
    }
    node.token = token;
  }
  return root;
}

function find(root: Node, text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0; // where the text begins that is in no piece yet
  for (let at = 0; at < text.length; ) {
    const found = longest(root, text, at);
    if (!found) {
      at++;
      continue;
    }
    const { token, end } = found;
    if (!token.single_word || standsAlone(text, at, end)) {
      const start = token.lstrip ? Math.max(done, blanksBefore(text, at)) : at;
      if (start > done) pieces.push(text.slice(done, start));
      done = token.rstrip ? end + (BLANKS_AT_START.exec(text.slice(end))?.[0].length ?? 0) : end;
      if (start < done) pieces.push(token.id); // else it is of blanks that the word before took along
    }
    at = end;
  }
  if (done < text.length) pieces.push(text.slice(done));
  return pieces;
}

function longest(root: Node, text: string, start: number): { token: AddedToken; end: number } | undefined {
  let found: { token: AddedToken; end: number } | undefined;
  let node: Node | undefined = root;
  for (let at = start; at < text.length; at++) {
    node = node.next.get(text[at]);
    if (!node) break;
    if (node.token) found = { token: node.token, end: at + 1 };
  }
  return found;
}

function standsAlone(text: string, start: number, end: number): boolean {
  // two units hold any character that ends or begins there
  return !WORD_AT_END.test(text.slice(Math.max(0, start - 2), start)) && !WORD_AT_START.test(text.slice(end, end + 2));
}

function blanksBefore(text: string, end: number): number {
  let start = end;
  while (start > 0 && BLANK.test(text[start - 1])) start--;
  return start;
}
