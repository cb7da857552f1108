/** Thrown for an ontology or a list of answers that is wrong: one line with file and field. */
export class KnowledgeError extends Error {
  /** 'KnowledgeError', in messages and stacks. */
  override name = 'KnowledgeError';
}

/** Something that can be said about an ECG, or a group of such things. */
export interface Term {
  /** 'IMI', unique. */
  id: string;
  /** Its name in questions and answers; a term without one is a group. */
  answer?: string;
  /** Its name in reports. */
  report?: string;
  /** How reports say how certain it is, see {@link Ontology.certainty}; as it is, by default. */
  certainty?: string;
  /** What else holds where it does: the groups that it belongs to, by id. */
  implies?: string[];
  /** Which questions it may answer, see {@link Ontology.questions}. */
  topics?: string[];
}

/** Terms of different groups never hold together, nor does what implies them. */
export interface Contradiction {
  /** Two groups or more, of ids. */
  between: string[][];
  /** For people: one sentence. */
  reason: string;
}

/** What can be said about an ECG: the content of an ontology file. */
export interface Ontology {
  /** Version of this format, 1. */
  schemaVersion: 1;
  /** What errors call it. */
  name: string;
  /** Where it comes from, under which licence. */
  about: string;
  /** What answers a question that begins with a verb ('Is this a normal ECG?'). */
  yesNo: string[];
  /** What answers a choice or an open question where nothing holds; it denies everything else. */
  none: string;
  /** Open questions: the first whose words are in the question (in lower case) tells which topics it is about. */
  questions: {
    /** Words in lower case, 'direction'; anywhere in a question, also within a word. */
    says: string;
    /** Of terms: answers are those that share one of them, all where none does. */
    topics: string[];
  }[];
  /** Ways to say in reports how certain something is, by name; `*` stands for the term's report name. */
  certainty: Record<string, string[]>;
  /** All that can be said, and groups of it; ids are unique. */
  terms: Term[];
  /** What cannot be said together; may be empty. */
  contradictions: Contradiction[];
}
