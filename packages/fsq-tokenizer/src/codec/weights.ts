/** Parameters by their PyTorch name. */
export type Weights = (name: string) => Float32Array;

/** @throws Error when a name is asked for that is not there */
export function lookup(weights: ReadonlyMap<string, Float32Array>): Weights {
  return (name) => {
    const values = weights.get(name);
    if (!values) throw new Error(`the tokenizer has no parameter ${name}`);
    return values;
  };
}
