import scpEcg from '../generated/scp-ecg.js';
import { KnowledgeError, type Ontology, type Term } from './ontology.ts';
import { checkOntology } from './parse-ontology.ts';
import { type QuestionKind, readQuestion } from './question.ts';
import { Relations } from './relations.ts';
import { type Saying, type SayingRules, Sayings } from './sayings.ts';

/** How answers and reports are written, as ECG-QA joins answers and PTB-XL's English reports join statements. */
const ANSWERS = { separator: '.', end: '' };
const SENTENCES = { separator: '. ', end: '.' };

/** What is known about ECGs, and what may be said. */
export interface KnowledgeOptions {
  /** What goes with what; by default the SCP-ECG statements of PTB-XL, `@heartllm/constrain/scp-ecg.json`. */
  ontology?: Ontology;
  /** All that may be answered beside yes, no and none; by default what the ontology names. */
  answers?: readonly string[];
}

/** What may answer a question. */
export interface PossibleAnswers {
  /** What the question asks for; a choice between yes and no counts as 'yes/no'. */
  kind: QuestionKind;
  /** The answers that may be written, and which of them together. */
  sayings: Sayings;
}

/**
 * What can be said about an ECG, and what cannot be said together.
 *
 * ```ts
 * const knowledge = new Knowledge();
 * knowledge.contradiction('sinus rhythm', 'atrial fibrillation'); // 'In atrial fibrillation no sinus node sets the pace.'
 * await model.ask(record, 'What rhythm-related symptoms does this ECG show?', { constrain: knowledge });
 * ```
 */
export class Knowledge {
  /** What goes with what, as it was given, or the SCP-ECG statements. */
  readonly ontology: Ontology;
  /** Names of answers to choices and open questions; none is not among them. */
  readonly answers: readonly string[];
  readonly #relations: Relations;
  readonly #terms: ReadonlyMap<string, Term>;
  readonly #yesNo: readonly string[];
  /** By the names that they are made of. */
  readonly #open = new Map<string, Sayings>();
  #verdicts: Sayings | undefined;
  #sentences: Sayings | undefined;

  constructor({ ontology = checkOntology(scpEcg, 'scp-ecg.json'), answers }: KnowledgeOptions = {}) {
    this.ontology = ontology;
    this.#relations = new Relations(ontology);
    this.#terms = new Map(
      ontology.terms.flatMap((term) => (term.answer === undefined ? [] : [[term.answer.toLowerCase(), term]])),
    );
    const { yesNo, none, terms } = ontology;
    const listed = answers ?? [...yesNo, ...terms.flatMap(({ answer }) => (answer === undefined ? [] : [answer]))];
    const only = listed.filter((name) => yesNo.includes(name));
    this.#yesNo = only.length > 0 ? only : yesNo;
    this.answers = listed.filter((name) => !yesNo.includes(name) && name !== none);
  }

  /** What may answer a question; what it asks for is told from its words, see {@link QuestionKind}. */
  answersTo(question: string): PossibleAnswers {
    const { kind, offered } = readQuestion(question, this.answers);
    if (kind === 'yes/no' || (kind === 'choice' && offered.every((name) => this.#yesNo.includes(name)))) {
      this.#verdicts ??= this.#answers(this.#yesNo, { alone: true });
      return { kind: 'yes/no', sayings: this.#verdicts };
    }
    if (kind === 'choice') return { kind, sayings: this.#answers([...offered, this.ontology.none]) };
    const names = this.#namesFor(question);
    const key = names.join('.');
    const sayings = this.#open.get(key) ?? this.#answers([...names, this.ontology.none]);
    this.#open.set(key, sayings);
    return { kind, sayings };
  }

  /**
   * Reports of the sentences that the ontology knows, none of which contradict each other.
   *
   * @throws KnowledgeError where it knows none
   */
  get reports(): Sayings {
    if (this.#sentences) return this.#sentences;
    const { name, terms, certainty: ways } = this.ontology;
    const sentences = terms.flatMap(({ id, report, certainty }): Saying[] => {
      if (report === undefined) return [];
      return (certainty === undefined ? ['*'] : ways[certainty]).map((way) => ({
        id,
        text: way.replace('*', () => report),
      }));
    });
    if (sentences.length === 0) {
      throw new KnowledgeError(`ontology ${name}: no term has a report name, so reports cannot be constrained`);
    }
    this.#sentences = new Sayings(sentences, SENTENCES, {
      mayFollow: (said, id) => said.every((other) => this.#goTogether(other, id)),
      mayEnd: () => true, // a report need not name the groups that its statements belong to
    });
    return this.#sentences;
  }

  /**
   * Why two answers cannot both hold; undefined where they can, or where the ontology does not know them.
   *
   * @param a name of an answer, in any case; so is `b`
   * @returns one sentence, the ontology's
   */
  contradiction(a: string, b: string): string | undefined {
    return this.#relations.contradiction(this.#id(a), this.#id(b));
  }

  /** All that holds where an answer does, of what the ontology has a name for; the answer itself first. */
  implied(answer: string): string[] {
    const names = new Map(this.ontology.terms.map((term) => [term.id, term.answer]));
    const id = this.#id(answer);
    const others = [...this.#relations.implied(id)].filter((other) => other !== id).map((other) => names.get(other));
    return [answer, ...others.filter((name) => name !== undefined)];
  }

  #answers(names: readonly string[], { alone = false } = {}): Sayings {
    const { none } = this.ontology;
    const ids = new Set(names.map((name) => this.#id(name)));
    // what is not named is denied: behind a statement the groups come that it belongs to and that can be named
    const missing = (said: readonly string[]) =>
      said.flatMap((id) => [...this.#relations.implied(id)].filter((other) => ids.has(other) && !said.includes(other)));
    const rules: SayingRules = {
      mayFollow: (said, id) => {
        if (said.length === 0) return true;
        if (alone || id === none || said.includes(none)) return false;
        const owed = missing(said);
        return owed.length > 0 ? owed.includes(id) : said.every((other) => this.#goTogether(other, id));
      },
      mayEnd: (said) => missing(said).length === 0,
    };
    const sayings = names.map((text) => ({ text, id: this.#id(text) }));
    return new Sayings(sayings, ANSWERS, rules);
  }

  #goTogether(a: string, b: string): boolean {
    return a !== b && this.#relations.contradiction(a, b) === undefined;
  }

  /** Names of the topics that the question is about; all of them where it does not say, or none is listed. */
  #namesFor(question: string): readonly string[] {
    const lower = question.toLowerCase();
    const topics = this.ontology.questions.find(({ says }) => lower.includes(says))?.topics ?? [];
    const fitting = this.answers.filter((name) =>
      this.#terms.get(name.toLowerCase())?.topics?.some((topic) => topics.includes(topic)),
    );
    return fitting.length > 0 ? fitting : this.answers;
  }

  /** A name that is no term's stands for itself. */
  #id(name: string): string {
    return this.#terms.get(name.toLowerCase())?.id ?? name;
  }
}
