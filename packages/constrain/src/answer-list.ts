import { parseJson } from '@heartllm/source';
import { KnowledgeError } from './ontology.ts';

/** The first line of ECG-QA's own list. */
const ECG_QA = /^index,class$/;

/**
 * Reads a list of answers: a JSON list of texts, one answer per line, or ECG-QA's `qa_class.csv`. Spaces around an answer,
 * empty lines and repetitions do not count.
 *
 * @param file its name, for errors
 * @throws KnowledgeError naming the line or the place, for an answer that holds a full stop, which separates answers
 */
export function parseAnswers(text: string, file = 'answers'): string[] {
  const answers = text.trimStart().startsWith('[') ? fromJson(text, file) : fromLines(text);
  const all = new Set<string>();
  for (const { answer, place } of answers) {
    if (answer.includes('.')) {
      throw new KnowledgeError(
        `${file}: ${place}: expected an answer without a full stop, found ${JSON.stringify(answer)}`,
      );
    }
    if (answer !== '') all.add(answer);
  }
  if (all.size === 0) throw new KnowledgeError(`${file}: expected at least one answer, found none`);
  return [...all];
}

interface Listed {
  answer: string;
  place: string;
}

function fromLines(text: string): Listed[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  const isEcgQa = ECG_QA.test(lines[0]);
  return lines.slice(isEcgQa ? 1 : 0).map((line, i) => ({
    answer: isEcgQa ? line.replace(/^\d+,/, '').replace(/^"(.*)"$/, '$1') : line,
    place: `line ${i + (isEcgQa ? 2 : 1)}`,
  }));
}

function fromJson(text: string, file: string): Listed[] {
  return (parseJson(text, file) as unknown[]).map((answer, i) => {
    if (typeof answer !== 'string') {
      throw new KnowledgeError(`${file}: [${i}]: expected text, found ${JSON.stringify(answer)?.slice(0, 80)}`);
    }
    return { answer: answer.trim(), place: `[${i}]` };
  });
}
