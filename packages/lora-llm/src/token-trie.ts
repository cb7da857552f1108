import { LlamaError } from './errors.ts';

/** A place in a trie. */
export interface TokenTrieNode {
  /** What may follow, by token id; empty where only an end can. */
  readonly next: ReadonlyMap<number, TokenTrieNode>;
  /** The sequence that ends here, by its place in the list; undefined where none does. */
  readonly sequence: number | undefined;
}

interface GrowingNode extends TokenTrieNode {
  next: Map<number, GrowingNode>;
  sequence: number | undefined;
}

/**
 * Sequences of token ids, or of any whole numbers, by their beginnings: what may follow where. Of equal sequences the
 * first counts.
 *
 * ```ts
 * const trie = new TokenTrie([[7, 8], [7, 9, 5]]);
 * [...trie.at([7])!.next.keys()]; // [8, 9]
 * await llama.generate(prompts, { maxNewTokens: 4, logitsProcessor: [trieConstrained(trie, eosTokenId)] });
 * ```
 *
 * @throws LlamaError (constructor) where there is no sequence, or one is empty or holds something else than whole numbers
 */
export class TokenTrie {
  /** Where every sequence begins. */
  readonly root: TokenTrieNode;

  constructor(sequences: Iterable<ArrayLike<number>>) {
    const root: GrowingNode = { next: new Map(), sequence: undefined };
    let count = 0;
    for (const sequence of sequences) {
      if (sequence.length === 0) throw new LlamaError(`sequences[${count}]: expected at least one token, found none`);
      let node = root;
      for (let i = 0; i < sequence.length; i++) {
        const id = sequence[i];
        if (!Number.isInteger(id) || id < 0) {
          throw new LlamaError(`sequences[${count}][${i}]: expected a token id, found ${id}`);
        }
        let child = node.next.get(id);
        if (!child) {
          child = { next: new Map(), sequence: undefined };
          node.next.set(id, child);
        }
        node = child;
      }
      node.sequence ??= count;
      count++;
    }
    if (count === 0) throw new LlamaError('sequences: expected at least one, found an empty list');
    this.root = root;
  }

  /** The place that a beginning leads to; undefined where no sequence begins so. */
  at(prefix: ArrayLike<number>): TokenTrieNode | undefined {
    let node: TokenTrieNode | undefined = this.root;
    for (let i = 0; node && i < prefix.length; i++) node = node.next.get(prefix[i]);
    return node;
  }
}
