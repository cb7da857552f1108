/** An evaluation that cannot be made, or not gone on with; the message names the file or option. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}
