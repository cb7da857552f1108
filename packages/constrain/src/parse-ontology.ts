import { parseJson } from '@heartllm/source';
import { KnowledgeError, type Ontology, type Term } from './ontology.ts';
import { Relations } from './relations.ts';

const FIELDS = ['schemaVersion', 'name', 'about', 'yesNo', 'none', 'questions', 'certainty', 'terms', 'contradictions'];
const TERM_FIELDS = ['id', 'answer', 'report', 'certainty', 'implies', 'topics'];

/**
 * Reads an ontology file.
 *
 * @param text JSON
 * @param file its name, for errors
 * @throws KnowledgeError naming the field that is wrong, what was expected and what was found
 */
export function parseOntology(text: string, file = 'ontology'): Ontology {
  return checkOntology(parseJson(text, file), file);
}

/** As {@link parseOntology}, of what was parsed already. */
export function checkOntology(value: unknown, file: string): Ontology {
  const at = (field: string) => `${file}: ${field}`;
  const fields = object(value, file, FIELDS);
  if (fields.schemaVersion !== 1) throw wrong(at('schemaVersion'), '1', fields.schemaVersion);
  const certainty = Object.fromEntries(
    Object.entries(object(fields.certainty ?? {}, at('certainty'))).map(([name, ways]) => {
      const field = at(`certainty.${name}`);
      for (const way of list(ways, field, name_)) {
        if (way.split('*').length !== 2) throw wrong(field, 'ways with one * each', way);
      }
      return [name, ways as string[]];
    }),
  );
  const terms = list(fields.terms, at('terms'), (term, field) => checkTerm(term, field, certainty));
  const ids = new Set<string>();
  for (const [i, { id }] of terms.entries()) {
    if (ids.has(id)) throw new KnowledgeError(`${at(`terms[${i}].id`)}: expected an id of its own, found ${id} again`);
    ids.add(id);
  }
  const known = (id: unknown, field: string): string => {
    if (typeof id !== 'string' || !ids.has(id)) throw wrong(field, 'the id of a term', id);
    return id;
  };
  for (const [i, term] of terms.entries()) list(term.implies ?? [], at(`terms[${i}].implies`), known);
  const ontology: Ontology = {
    schemaVersion: 1,
    name: string(fields.name, at('name')),
    about: string(fields.about, at('about')),
    yesNo: list(fields.yesNo, at('yesNo'), name_),
    none: name_(fields.none, at('none')),
    questions: list(fields.questions, at('questions'), (question, field) => {
      const { says, topics } = object(question, field, ['says', 'topics']);
      return { says: string(says, `${field}.says`), topics: list(topics, `${field}.topics`, string) };
    }),
    certainty,
    terms,
    contradictions: list(fields.contradictions ?? [], at('contradictions'), (contradiction, field) => {
      const { between, reason } = object(contradiction, field, ['between', 'reason']);
      const groups = list(between, `${field}.between`, (group, place) => list(group, place, known));
      if (groups.length < 2) throw wrong(`${field}.between`, 'two groups of terms or more', groups.length);
      return { between: groups, reason: string(reason, `${field}.reason`) };
    }),
  };
  if (ontology.yesNo.length === 0) throw wrong(at('yesNo'), 'at least one answer', []);
  const topics = new Set(terms.flatMap((term) => term.topics ?? []));
  for (const [i, question] of ontology.questions.entries()) {
    const unknown = question.topics.find((topic) => !topics.has(topic));
    if (unknown !== undefined) throw wrong(at(`questions[${i}].topics`), 'topics of terms', unknown);
  }
  const relations = new Relations(ontology);
  for (const [i, { id }] of terms.entries()) {
    const reason = relations.contradiction(id, id);
    if (reason !== undefined) throw new KnowledgeError(`${at(`terms[${i}]`)}: ${id} contradicts itself (${reason})`);
  }
  return ontology;
}

function checkTerm(value: unknown, field: string, certainty: Record<string, string[]>): Term {
  const fields = object(value, field, TERM_FIELDS);
  const { answer, report, certainty: ways, implies, topics } = fields;
  if (ways !== undefined && !Object.hasOwn(certainty, String(ways))) {
    throw wrong(`${field}.certainty`, Object.keys(certainty).join(' or '), ways);
  }
  return {
    id: string(fields.id, `${field}.id`),
    ...(answer !== undefined && { answer: name_(answer, `${field}.answer`) }),
    ...(report !== undefined && { report: name_(report, `${field}.report`) }),
    ...(ways !== undefined && { certainty: ways as string }),
    ...(implies !== undefined && { implies: implies as string[] }), // checked when all ids are known
    ...(topics !== undefined && { topics: list(topics, `${field}.topics`, string) }),
  };
}

/** A name that may stand in an answer: a full stop would separate answers. */
function name_(value: unknown, field: string): string {
  const text = string(value, field);
  if (text !== text.trim() || text.includes('.')) {
    throw wrong(field, 'a name without a full stop or spaces around it', text);
  }
  return text;
}

function string(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw wrong(field, 'text', value);
  return value;
}

function list<T>(value: unknown, field: string, check: (item: unknown, field: string) => T): T[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list', value);
  return value.map((item, i) => check(item, `${field}[${i}]`));
}

function object(value: unknown, field: string, known?: string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(field, 'an object', value);
  const unknown = known && Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new KnowledgeError(`${field}: unknown field ${unknown}, expected ${known}`);
  return value as Record<string, unknown>;
}

function wrong(field: string, expected: string, found: unknown): KnowledgeError {
  return new KnowledgeError(
    `${field}: expected ${expected}, found ${JSON.stringify(found)?.slice(0, 80) ?? 'nothing'}`,
  );
}
