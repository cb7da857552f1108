/**
 * The part of @heartllm/source that needs Node's file system.
 *
 * ```ts
 * import { folderSource } from '@heartllm/source/node';
 * const bytes = await folderSource('ptb-xl').read('records500/00000/00001_hr.dat', 0, 24);
 * ```
 */
export { folderSource } from './folder.ts';
