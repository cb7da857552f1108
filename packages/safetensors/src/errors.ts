/** A safetensors file or index that breaks the format, a tensor that is not there, or tensors that cannot be written. */
export class SafetensorsError extends Error {
  /** 'SafetensorsError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'SafetensorsError';
}

/** A PyTorch checkpoint that is damaged, of another kind, or asks for more than tensors and plain containers. */
export class TorchCheckpointError extends Error {
  /** 'TorchCheckpointError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'TorchCheckpointError';
}
