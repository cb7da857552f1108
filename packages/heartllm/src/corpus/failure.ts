import { DatasetError, withoutQuotes } from '@heartllm/ecg-datasets';
import { EcgFileError, PrepareError, SourceError, WfdbError } from '@heartllm/ecg-io';
import { RecordingError } from '@heartllm/fsq-tokenizer';

/** Why a record has no codes where its recording is not there. */
export const MISSING = 'missing';

const UNREADABLE: Record<SourceError['reason'], string> = {
  missing: 'is missing',
  outside: 'lies outside of the data set',
  failed: 'could not be read',
};

/**
 * Why a recording gives no codes: the same words on every machine, without the folder that the data set lies in and
 * without what a header holds, which may be somebody's name.
 *
 * @throws the error itself where it is not the recording's fault
 */
export function failureOf(error: unknown): string {
  if (error instanceof DatasetError) return MISSING; // the only thing that Recordings finds wrong with a row
  const cause = error instanceof Error && error.cause instanceof SourceError ? error.cause : error;
  if (cause instanceof SourceError) return `${cause.path} ${UNREADABLE[cause.reason]}`;
  const isRecordings = [EcgFileError, PrepareError, RecordingError, WfdbError].some((kind) => error instanceof kind);
  if (!isRecordings || isWithoutLibrary(error as Error)) throw error;
  return withoutQuotes((error as Error).message);
}

/** HDF5 without h5wasm: none of the recordings could be read. */
function isWithoutLibrary({ cause }: Error): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_MODULE_NOT_FOUND';
}
