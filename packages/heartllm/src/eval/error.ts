/** An evaluation that cannot be made, or not gone on with; the message names the file or option. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/** The end of a run by its signal, whose reason is the cause: what it has made so far is in a file. */
export function stopped(file: string, signal: AbortSignal): EvaluationError {
  return new EvaluationError(`stopped; the same command continues with ${file}`, { cause: signal.reason });
}

/** For people: a file of results is not what was written. */
export function damagedLine(file: string | undefined, line: number): string {
  return `warning: ${file} line ${line}: damaged; it and what follows it is made again\n`;
}
