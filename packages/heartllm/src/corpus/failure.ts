import { DatasetError, RecordingMissingError, withoutNames } from '@heartllm/ecg-datasets';
import { EcgFileError, PrepareError, SourceError, WfdbError } from '@heartllm/ecg-io';
import { RecordingError } from '@heartllm/fsq-tokenizer';

/** Why a record has no codes where its recording is not there. */
export const MISSING = 'missing';

/** Why a record has no codes where its recording cannot be read now (no permission, a disk that fails): a later run tries it again. */
export const UNREAD = 'could not be read now';

/**
 * Why a recording gives no codes: the same words on every machine, without the folder that the data set lies in and
 * without what a header holds, which may be somebody's name.
 *
 * @param path of the recording in the data set
 * @throws the error itself where it is not the recording's fault
 */
export function failureOf(error: unknown, path: string): string {
  if (error instanceof RecordingMissingError) return MISSING;
  const source = sourceErrorIn(error);
  if (source?.reason === 'failed') return UNREAD;
  if (source) {
    const what = source.reason === 'missing' ? 'is missing' : 'lies outside of the data set';
    return withoutNames(`${source.path} ${what}`, path);
  }
  const isRecordings = [DatasetError, EcgFileError, PrepareError, RecordingError, WfdbError].some(
    (kind) => error instanceof kind,
  );
  if (!isRecordings || isWithoutLibrary(error as Error)) throw error;
  return withoutNames((error as Error).message, path);
}

/** What the source said, below the errors of readers that passed it on. */
function sourceErrorIn(error: unknown): SourceError | undefined {
  if (error instanceof SourceError) return error;
  return error instanceof Error && error.cause !== undefined ? sourceErrorIn(error.cause) : undefined;
}

/** HDF5 without h5wasm: none of the recordings could be read. */
function isWithoutLibrary({ cause }: Error): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_MODULE_NOT_FOUND';
}
