import { readFile } from 'node:fs/promises';
import type { Knowledge } from '@heartllm/constrain';
import type { Command } from 'commander';

/** Options of the commands that let a model write. */
export interface ConstrainOptions {
  constrain?: boolean;
  ontology?: string;
  answers?: string;
}

/** Adds --constrain and --ontology. */
export function constrainOptions(command: Command): Command {
  return command
    .option('--constrain', 'let only be written what can be said: known answers, without contradictions')
    .option('--ontology <file>', 'what can be said, JSON (default: SCP-ECG statements); constrains');
}

/** Adds --constrain, --ontology and --answers. */
export function constrainAnswerOptions(command: Command): Command {
  return constrainOptions(command).option(
    '--answers <file>',
    "list of all answers, one per line, JSON or ECG-QA's qa_class.csv; constrains",
  );
}

/** For people, where a text was constrained. */
export function constrainedLine(constrain: Knowledge | undefined): string[] {
  return constrain ? [`constrained to what the ontology ${constrain.ontology.name} knows`] : [];
}

/**
 * What the options constrain to, if they do.
 *
 * @throws KnowledgeError for a file that is wrong
 */
export async function readKnowledge({
  constrain,
  ontology,
  answers,
}: ConstrainOptions): Promise<Knowledge | undefined> {
  if (!constrain && ontology === undefined && answers === undefined) return undefined;
  const { Knowledge, parseOntology, parseAnswers } = await import('@heartllm/constrain');
  return new Knowledge({
    ...(ontology !== undefined && { ontology: parseOntology(await readFile(ontology, 'utf8'), ontology) }),
    ...(answers !== undefined && { answers: parseAnswers(await readFile(answers, 'utf8'), answers) }),
  });
}
