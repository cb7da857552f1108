/** What the caller gave cannot be an ECG vocabulary, a prompt or a batch; the message names the field or index, what was expected and what came. */
export class VocabularyError extends Error {
  override name = 'VocabularyError';
}
