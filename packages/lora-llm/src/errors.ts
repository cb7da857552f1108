/** What a caller or a file gave is wrong; the message names the file, field or tensor, what was expected and what came. */
export class LlamaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LlamaError';
  }
}
