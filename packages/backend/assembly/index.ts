/** Kernels that work in the memory of tfjs' wasm backend. All addresses and strides are in bytes. */
export { copyBlocks } from './copy-blocks';
export { dots } from './dots';
export { clip, clipInt, extreme, sinNearZero, toBool, unary } from './elementwise';
export { gemm, scratchBytes } from './gemm';
export { maxPoolGrad } from './max-pool-grad';
export { sum, sumInt } from './sum';
