import { quote } from '@heartllm/source';

/** Where something is wrong, what should stand there and what does; the file is absent where the caller gave the value. */
export interface Mismatch {
  /** Path inside the source. */
  file?: string;
  /** Field, tensor or option, by name. */
  field?: string;
  /** What should stand there, in words. */
  expected?: string;
  /** What stands there, in words, shortened. */
  found?: string;
}

/** What a caller or a file gave is wrong; the message names the file, field or tensor, what was expected and what came. */
export class LlamaError extends Error {
  /** Path inside the source. */
  readonly file?: string;
  /** Field, tensor or option, by name. */
  readonly field?: string;
  /** What should stand there, in words. */
  readonly expected?: string;
  /** What stands there, in words, shortened. */
  readonly found?: string;

  constructor(message: string, { file, field, expected, found }: Mismatch = {}) {
    super(message);
    this.name = 'LlamaError';
    this.file = file;
    this.field = field;
    this.expected = expected;
    this.found = found;
  }
}

/** A value that is not what was expected, in a file or, without one, from the caller. */
export function mismatch(place: { file?: string; field: string }, expected: string, found: string): LlamaError {
  const { file, field } = place;
  // names of tensors are longer than others, and their ends tell them apart
  const name = /^[ -~]{0,200}$/.test(field) ? field : quote(field);
  const where = file === undefined ? name : `${file}, ${name}`;
  return new LlamaError(`${where}: expected ${expected}, found ${found}`, { file, field, expected, found });
}
