/** An ECG as a language model takes it. */
export interface EcgInput {
  /** One per 32 ms, 0..codes-1: 313 of 0..1295 for 10 s and the published tokenizer. */
  codes: ArrayLike<number>;
  /**
   * What the codes were rounded from, [codes * D], for a model without discretization; it takes the rounded values if they
   * are not given.
   */
  points?: Float32Array;
}
