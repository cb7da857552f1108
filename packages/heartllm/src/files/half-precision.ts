/** Tensors to be written as float16, half the size: what a training run hands on. Its checkpoint keeps all of the digits. */
export function halfPrecision<T extends { data: Float32Array }>(
  tensors: Record<string, T>,
): Record<string, T & { dtype: 'F16' }> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, dtype: 'F16' }]));
}
