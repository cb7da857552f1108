/** What a question asks for: yes or no, one of the things that it names (or both, or none), or all that holds. */
export type QuestionKind = 'yes/no' | 'choice' | 'open';

export interface ReadQuestion {
  kind: QuestionKind;
  /** What a choice offers, as the question writes it. */
  offered: string[];
}

const VERB =
  /^\s*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)(?:n't)?\b/i;
const OPEN_WORD = /\b(?:which|what|how|where|when|why)\b/i;
/** `..., A or B?` */
const OFFER = /,\s*(?:either\s+)?([^,?]+?)\s*,?\s+or\s+([^,?]+?)\s*\??\s*$/i;

/**
 * Tells from its words what a question asks for: a choice names two answers with `or` between them, a yes/no question begins with
 * a verb and asks no `which` or `what`, any other is open.
 *
 * @param names that answers may have: those that hold an `or` or a comma are recognised as one.
 */
export function readQuestion(question: string, names: readonly string[]): ReadQuestion {
  const offered = offeredNames(question, names);
  const byVerb = VERB.test(question) && !OPEN_WORD.test(question);
  if (offered) return { kind: 'choice', offered };
  if (byVerb) return { kind: 'yes/no', offered: [] };
  const other = OFFER.exec(question);
  return other ? { kind: 'choice', offered: [other[1], other[2]] } : { kind: 'open', offered: [] };
}

/** The longest names that stand on both sides of an `or`. */
function offeredNames(question: string, names: readonly string[]): [string, string] | undefined {
  const longest = (fits: (name: string) => boolean) =>
    names.filter(fits).reduce<string | undefined>((a, b) => (a && a.length >= b.length ? a : b), undefined);
  const lower = question.toLowerCase();
  for (const { index } of lower.matchAll(/,? or /g)) {
    const left = lower.slice(0, index);
    const right = lower.slice(index).replace(/^,? or /, '');
    const a = longest((name) => endsWithWord(left, name.toLowerCase()));
    const b = longest((name) => beginsWithWord(right, name.toLowerCase()));
    if (a !== undefined && b !== undefined) return [a, b];
  }
  return undefined;
}

function endsWithWord(text: string, word: string): boolean {
  return text.endsWith(word) && !/[\p{L}\p{N}]/u.test(text.at(-word.length - 1) ?? ' ');
}

function beginsWithWord(text: string, word: string): boolean {
  return text.startsWith(word) && !/[\p{L}\p{N}]/u.test(text[word.length] ?? ' ');
}
