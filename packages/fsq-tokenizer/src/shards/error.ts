/** Code shards that are not as they should be; the message names file, line or field, what was expected and found. */
export class CodeShardsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CodeShardsError';
  }
}

/** Codes with nothing wrong about them, but of another format, model or data set than asked for. */
export class ForeignCodesError extends CodeShardsError {
  constructor(message: string) {
    super(message);
    this.name = 'ForeignCodesError';
  }
}
