/** What is wrong with a FLAC stream, and at which byte of the bytes given. */
export class FlacError extends Error {
  override readonly name = 'FlacError';
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The bytes end within a frame; with more of them it could be decoded. */
export class FlacEnd extends FlacError {}
