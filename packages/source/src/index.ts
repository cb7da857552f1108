/**
 * Where bytes come from, and what is said when they are wrong: the floor under the other packages of @heartllm.
 *
 * ```ts
 * import { exists, memorySource, readJson } from '@heartllm/source';
 *
 * const source = memorySource({ 'config.json': '{"levels": [6, 6, 6, 6]}' });
 * await exists(source, 'other.json'); // false
 * await readJson(source, 'config.json'); // { levels: [6, 6, 6, 6] }
 * ```
 */
export { blobSource } from './blob.ts';
export { exists, isMissing } from './exists.ts';
export {
  describePlace,
  type Expectation,
  FileError,
  type FilePlace,
  quote,
  show,
  withoutQuotes,
} from './file-error.ts';
export { httpSource } from './http.ts';
export { checkJson, type JsonSchema, jsonObject, parseJson, readJson } from './json.ts';
export { memorySource } from './memory.ts';
export { nodeModule } from './node-modules.ts';
export { pathParts } from './path.ts';
export { assertSource, type Source, SourceError } from './source.ts';
export { type FileContent, writeFileAtomic } from './write-file.ts';
export { crc32 } from './zip/crc32.ts';
export { type Bytes, openZip, type Zip, type ZipFile } from './zip/open-zip.ts';
