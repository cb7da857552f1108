import { type LogitsProcessor, prefixConstrained } from '@heartllm/lora-llm';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import type { Place, Sayings } from './sayings.ts';

interface Word {
  id: number;
  bytes: Uint8Array;
}

/** The words of a vocabulary by the byte that they begin with. */
export class Words {
  readonly eosId: number;
  readonly #byFirstByte = new Map<number, Word[]>();
  readonly #bytes: ReadonlyMap<number, Uint8Array>;
  /** What may follow what was written, once it is known: in a batch, and from question to question, it is often the same. */
  readonly #known = new WeakMap<Sayings, Map<string, readonly number[]>>();

  /** @throws VocabularyError where the words are no byte-level BPE's */
  constructor(vocabulary: EcgVocabulary) {
    this.eosId = vocabulary.eosId;
    this.#bytes = vocabulary.wordBytes();
    for (const [id, bytes] of this.#bytes) {
      const words = this.#byFirstByte.get(bytes[0]) ?? [];
      words.push({ id, bytes });
      this.#byFirstByte.set(bytes[0], words);
    }
  }

  /**
   * Lets a model write nothing but texts of these sayings, in whatever words.
   *
   * @param sayings of each row of a batch.
   */
  sayOnly(sayings: readonly Sayings[]): LogitsProcessor {
    return prefixConstrained((generated, row) => {
      const known = this.#known.get(sayings[row]) ?? new Map<string, readonly number[]>();
      this.#known.set(sayings[row], known);
      const key = generated.join();
      const ids = known.get(key) ?? [...this.#allowed(sayings[row], generated)];
      known.set(key, ids);
      return ids;
    });
  }

  *#allowed(sayings: Sayings, generated: readonly number[]): Generator<number> {
    let place: Place | undefined = sayings.start;
    for (const id of generated) place = place && walk(sayings, place, this.#bytes.get(id) ?? []);
    if (!place) return;
    if (sayings.mayEnd(place)) yield this.eosId;
    for (const byte of sayings.candidates(place)) {
      for (const { id, bytes } of this.#byFirstByte.get(byte) ?? []) if (walk(sayings, place, bytes)) yield id;
    }
  }
}

function walk(sayings: Sayings, from: Place, bytes: ArrayLike<number>): Place | undefined {
  let place: Place | undefined = from;
  for (let i = 0; place && i < bytes.length; i++) place = sayings.step(place, bytes[i]);
  return place;
}
