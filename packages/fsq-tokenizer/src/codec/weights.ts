/** Weights in double precision, so that the inner loops convert nothing; looked up by their PyTorch name. */
export type Weights = (name: string) => Float64Array;

/** @throws Error when a name is asked for that is not there */
export function doubleWeights(weights: ReadonlyMap<string, Float32Array>): Weights {
  return (name) => {
    const values = weights.get(name);
    if (!values) throw new Error(`the tokenizer has no parameter ${name}`);
    return Float64Array.from(values);
  };
}
