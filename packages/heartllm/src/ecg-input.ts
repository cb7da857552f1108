/** An ECG as a language model takes it. */
export interface EcgInput {
  /** One per 32 ms. */
  codes: ArrayLike<number>;
  /** What the codes were rounded from, [codes * D], for a model without discretization. */
  points?: Float32Array;
}
