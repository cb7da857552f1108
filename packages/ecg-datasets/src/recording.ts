import { type EcgRecord, readRecord, type Source, SourceError } from '@heartllm/ecg-io';
import { DatasetError } from './error.ts';
import type { EcgRow, Recording } from './row.ts';

/** The order of PTB-XL, and of everything that is trained on it. */
const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/**
 * Reads the signal of an ECG, its twelve leads by name in the order I II III aVR aVL aVF V1 to V6, whatever the order in
 * the file (MIMIC-IV-ECG: aVR aVF aVL).
 *
 * @throws DatasetError naming the row's file and line where the recording is missing; what `readRecord` throws where it is
 *   damaged or a lead is missing
 */
export async function readRecording(
  source: Source,
  row: Pick<EcgRow, 'recording' | 'file' | 'line'>,
): Promise<EcgRecord> {
  if (!(await hasRecording(source, row.recording))) throw missing(row);
  const { recording } = row;
  if (recording.format === 'hdf5') {
    throw new DatasetError({ file: recording.path }, 'HDF5 is not read yet');
  }
  return readRecord(source, recording.path, { channels: LEADS });
}

/**
 * The rows whose recording is there. A row whose file is missing goes to `onMissing`, for instance to count it: a part of
 * PTB-XL is enough to train on.
 */
export async function* withRecordings<T extends Pick<EcgRow, 'recording' | 'file' | 'line'>>(
  rows: Iterable<T> | AsyncIterable<T>,
  source: Source,
  onMissing: (problem: DatasetError) => void,
): AsyncGenerator<T> {
  for await (const row of rows) {
    if (await hasRecording(source, row.recording)) yield row;
    else onMissing(missing(row));
  }
}

function missing({ file, line, recording }: Pick<EcgRow, 'recording' | 'file' | 'line'>): DatasetError {
  return new DatasetError({ file, line }, `its recording ${recording.path} is missing`);
}

async function hasRecording(source: Source, { format, path }: Recording): Promise<boolean> {
  try {
    await source.size(format === 'wfdb' ? `${path}.hea` : path);
    return true;
  } catch (error) {
    if (error instanceof SourceError && error.reason === 'missing') return false;
    throw error;
  }
}
