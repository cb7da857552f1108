/**
 * What a language model may say about an ECG: answers from a list, and statements of an ontology that do not contradict each other.
 *
 * ```ts
 * import { Knowledge, parseAnswers } from '@heartllm/constrain';
 *
 * const knowledge = new Knowledge(); // 139 statements of SCP-ECG
 * const known = new Knowledge({ answers: parseAnswers('yes\nno', 'answers.txt') });
 * ```
 */
export { parseAnswers } from './answer-list.ts';
export { Knowledge, type KnowledgeOptions, type PossibleAnswers } from './knowledge.ts';
export { type Contradiction, KnowledgeError, type Ontology, type Term } from './ontology.ts';
export { parseOntology } from './parse-ontology.ts';
export type { QuestionKind } from './question.ts';
export type { Place, Saying, Sayings } from './sayings.ts';
export { Words } from './words.ts';
