/** What the caller gave cannot be an ECG vocabulary, a prompt or a batch; the message names the field or index, what was expected and what came. */
export class VocabularyError extends Error {
  /** 'VocabularyError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override name = 'VocabularyError';
}
