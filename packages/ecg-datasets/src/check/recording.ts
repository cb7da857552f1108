import { readRecord, type Source, SourceError, WfdbError } from '@heartllm/ecg-io';
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
      return toState(damaged(file, `${line === undefined ? '' : `line ${line}: `}${cause.path} is missing`));
    }
    return toState(damaged(file, message));
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

/**
 * A reader quotes what it found in the header; a check does not, because it may be somebody's name or a date: what
 * stands in "" becomes 'something else'.
 */
export function withoutQuotes(message: string): string {
  return message.replace(/"(?:[^"\\]|\\.)*"/g, 'something else');
}
