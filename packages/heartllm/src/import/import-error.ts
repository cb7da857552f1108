/** A checkpoint or a part of a model that is not what is imported; the message names the file and the tensor. */
export class ImportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportError';
  }
}
