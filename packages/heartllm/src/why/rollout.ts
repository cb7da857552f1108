/**
 * Attention rollout (Abnar & Zuidema 2020, arXiv 2005.00928): how much of what arrives at a token after the last layer came
 * from each token of the input, if attention were all that moved it.
 *
 * Each layer's weights A are a mean over its heads. Half of what a token has after a layer is its own, as the residual connection
 * carries it past: 0.5 (A + I), with rows made to sum to 1. The layers' matrices are multiplied, the last one first.
 *
 * @param layers the weights of each layer, the first one first, [T * T] by rows, each 0 after its own token
 * @param tokens T
 * @param rows the tokens that it is wanted for
 * @returns [T] for each of the rows, of sum 1
 */
export function rollout(layers: readonly ArrayLike<number>[], tokens: number, rows: readonly number[]): Float64Array[] {
  return rows.map((row) => {
    let from = new Float64Array(tokens);
    from[row] = 1;
    for (let l = layers.length - 1; l >= 0; l--) from = before(from, layers[l], tokens);
    return from;
  });
}

/** What the tokens had before a layer, seen from after it: x -> x 0.5 (A + I). [T] -> [T] */
function before(after: Float64Array, weights: ArrayLike<number>, tokens: number): Float64Array<ArrayBuffer> {
  const from = new Float64Array(tokens);
  for (let t = 0; t < tokens; t++) {
    if (after[t] === 0) continue;
    let total = 1; // the token itself
    for (let s = 0; s <= t; s++) total += weights[t * tokens + s];
    const share = after[t] / total;
    for (let s = 0; s <= t; s++) from[s] += share * weights[t * tokens + s];
    from[t] += share;
  }
  return from;
}
