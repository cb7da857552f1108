import type { Ontology } from './ontology.ts';

/** What an ontology says about its terms: what a term implies, and what cannot hold beside it. Ids that it does not know relate to nothing. */
export class Relations {
  readonly #implied = new Map<string, ReadonlySet<string>>();
  /** By pairs of ids that are stated to contradict each other. */
  readonly #reasons = new Map<string, string>();

  constructor({ terms, contradictions }: Ontology) {
    const implies = new Map(terms.map(({ id, implies = [] }) => [id, implies]));
    for (const { id } of terms) {
      const all = new Set([id]);
      for (const known of all) for (const more of implies.get(known) ?? []) all.add(more); // grows while it is walked
      this.#implied.set(id, all);
    }
    for (const { between, reason } of contradictions) {
      between.forEach((group, i) => {
        const others = between.filter((_, j) => j !== i).flat();
        for (const a of group) for (const b of others) this.#reasons.set(pair(a, b), reason);
      });
    }
  }

  /** Everything that holds where a term does, itself included. */
  implied(id: string): ReadonlySet<string> {
    return this.#implied.get(id) ?? new Set([id]);
  }

  /** Why two terms cannot both hold: they, or what they imply, contradict each other. Undefined where they can. */
  contradiction(a: string, b: string): string | undefined {
    for (const x of this.implied(a)) {
      for (const y of this.implied(b)) {
        const reason = this.#reasons.get(pair(x, y));
        if (reason !== undefined) return reason;
      }
    }
    return undefined;
  }
}

function pair(a: string, b: string): string {
  return JSON.stringify([a, b]);
}
