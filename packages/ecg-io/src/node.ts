/**
 * The part of @heartllm/ecg-io that needs Node's file system.
 *
 * ```ts
 * import { readRecord } from '@heartllm/ecg-io';
 * import { folderSource } from '@heartllm/ecg-io/node';
 * const record = await readRecord(folderSource('ptb-xl'), 'records500/00000/00001_hr');
 * ```
 */
export { folderSource } from '@heartllm/source/node';
