import { readRecord, type Source, SourceError, WfdbError } from '@heartllm/ecg-io';
import { withoutQuotes } from '@heartllm/source';
import type { CheckProblem } from './report.ts';

/** All files of a data set, by path. */
export type Files = ReadonlySet<string>;

/** What became of one recording; no problem is named where another recording of the same file has named it. */
export interface RecordingState {
  state: 'intact' | 'missing' | 'damaged';
  problem?: CheckProblem;
}

/** Signal files of PTB-XL, MIMIC-IV-ECG and LUDB, and those of the Challenge. */
const SIGNALS = ['.dat', '.mat'];

/**
 * Reads a WFDB record to its end: the header, the length of its signal files, every checksum and initial value.
 *
 * @param path without suffix
 */
export async function checkWfdb(source: Source, files: Files, path: string): Promise<RecordingState> {
  if (!files.has(`${path}.hea`)) {
    const signal = SIGNALS.find((suffix) => files.has(path + suffix));
    return signal ? toState(damaged(path + signal, 'its header is missing')) : { state: 'missing' };
  }
  try {
    const { meta } = await readRecord(source, path);
    const wrong = meta.warnings.find((warning) => warning.includes('the header says'));
    return wrong ? toState(damaged(`${path}.hea`, wrong)) : { state: 'intact' };
  } catch (error) {
    if (!(error instanceof WfdbError)) throw error;
    const { file, line, cause, message } = error;
    if (cause instanceof SourceError && cause.reason === 'missing') {
      const where = line === undefined ? '' : `line ${line}: `;
      return toState(damaged(file, `${where}${withoutNames(`${cause.path} is missing`, path)}`));
    }
    const told = withoutNames(message, path);
    return toState(told.startsWith(file) ? damaged(file, told) : damaged(`${path}.hea`, told));
  }
}

function toState(problem: CheckProblem): RecordingState {
  return { state: 'damaged', problem };
}

/**
 * A reader's complaint as a line of the report.
 *
 * @param message may begin with the file and, behind it, the line
 */
export function damaged(file: string, message: string): CheckProblem {
  const rest = message.startsWith(file) ? message.slice(file.length) : message;
  const [, line, text] = /^[\s,:]*(?:line (\d+)[,:] )?(.*)$/s.exec(rest) ?? [];
  return { file, ...(line !== undefined && { line: Number(line) }), message: withoutQuotes(text) };
}

/** The file that a message begins with, as readers name the place. */
const FILE = /^\S+\.[a-z]\w*(?=:| line \d|, | is missing| lies outside)/i;

/**
 * A reader's message for data-set runs: without what it quotes, and without a file's name that only the header knows, which may be somebody's, too. A
 * file that is called after its recording keeps its name: it is the place.
 *
 * @param path of the recording, without suffix for a WFDB record
 */
export function withoutNames(message: string, path: string): string {
  const text = withoutQuotes(message);
  const [file] = FILE.exec(text) ?? [];
  const base = path.slice(path.lastIndexOf('/') + 1);
  if (file === undefined || file.startsWith(path) || file.startsWith(base)) return text;
  return `${path}.hea: a file that it names${text.slice(file.length)}`;
}
