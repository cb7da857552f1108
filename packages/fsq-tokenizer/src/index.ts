/**
 * ECG to codes and back on WebAssembly kernels. Nothing here imports TensorFlow.js; '@heartllm/fsq-tokenizer/tf' does.
 *
 * ```ts
 * import { readRecord } from '@heartllm/ecg-io';
 * import { folderSource } from '@heartllm/ecg-io/node';
 * import { EcgTokenizer } from '@heartllm/fsq-tokenizer';
 *
 * const tokenizer = await EcgTokenizer.load(); // the weights that come with this package
 * const codes = tokenizer.encode(await readRecord(folderSource('ptb-xl'), 'records500/00000/00001_hr'));
 * console.log(codes.length); // 313: one per 32 ms
 * ```
 */

export type { KernelBuild } from './codec/kernel-build.ts';
export type { EcgStream, StreamOptions } from './ecg-stream.ts';
export {
  EcgTokenizer,
  type EncodedEach,
  type EncodeEachOptions,
  type ScaledCodes,
  type TokenizedRecording,
} from './ecg-tokenizer.ts';
export { delineate, type QrsComplex } from './fidelity/delineate.ts';
export {
  type Deviation,
  type Fidelity,
  fidelity,
  type LeadErrors,
  type LeadFidelity,
  stLevel,
} from './fidelity/fidelity.ts';
export { CODE_FORMAT, type CodeUsage, codeUsage, Fsq, type FsqOptions, numbersOf, type Points } from './fsq.ts';
export { type PreparedSignal, prepareSignal, type Recording, RecordingError } from './recording.ts';
export { type CodeShard, CodeShards } from './shards/code-shards.ts';
export { CodeShardsError, ForeignCodesError } from './shards/error.ts';
export {
  assertSameRun,
  formatShardsManifest,
  parseShardsManifest,
  SHARDS_MANIFEST,
  type ShardsManifest,
} from './shards/manifest.ts';
export type { CodedRecord, FailedRecord, IndexLine, RecordPlace } from './shards/record.ts';
export { encodeShard, shardFiles, shardRange } from './shards/shard.ts';
export { type LeadScale, normalizeSignal, undoZScore, type ZScored, zScore } from './z-score.ts';
