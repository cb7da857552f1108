import { type ListedRecording, Recordings, withoutQuotes } from '@heartllm/ecg-datasets';
import type { EcgRecord, Source } from '@heartllm/ecg-io';
import {
  type CodedRecord,
  type FailedRecord,
  findLeads,
  prepareSignal,
  type RecordPlace,
  type ScaledCodes,
} from '@heartllm/fsq-tokenizer';
import { fit } from '../fit.ts';
import type { HeartLlm } from '../pipeline.ts';
import { failureOf } from './failure.ts';

/** A recording that was read and waits for its codes. */
type Ready = Omit<CodedRecord, keyof ScaledCodes> & { signal: ArrayLike<number>[] };

/**
 * Codes of recordings, in their order, on worker threads. A recording that cannot be read or does not fit is a result, too.
 * A few are in memory at a time.
 *
 * @param options.prepare make recordings fit: resample, cut or pad, derive limb leads
 * @param options.threads as `EcgTokenizer.encodeEach` has it
 * @param options.signal ends it early, after the recordings that were begun
 * @throws what is no recording's fault
 */
export async function* tokenizeRecordings(
  recordings: Iterable<ListedRecording>,
  source: Source,
  model: HeartLlm,
  { prepare, threads, signal }: { prepare: boolean; threads?: number; signal: AbortSignal },
): AsyncGenerator<CodedRecord | FailedRecord> {
  const { tokenizer } = model;
  const files = new Recordings(source);
  const waiting: (Ready | FailedRecord)[] = [];
  async function* signals() {
    for (const listed of recordings) {
      if (signal.aborted) return;
      const read = await readOrFailure(files, listed, model, prepare);
      waiting.push(read);
      if ('signal' in read) yield read.signal;
    }
  }
  try {
    for await (const result of tokenizer.encodeEach(signals(), { threads })) {
      let next = waiting.shift()!;
      for (; 'failed' in next; next = waiting.shift()!) yield next;
      const { signal: _, ...record } = next;
      if ('error' in result) throw result.error; // its signal was looked at before
      yield { ...record, codes: result.codes, scale: result.scale };
    }
    yield* waiting as FailedRecord[]; // nothing that has a signal is left
  } finally {
    await files.close();
  }
}

async function readOrFailure(
  files: Recordings,
  listed: ListedRecording,
  model: HeartLlm,
  prepare: boolean,
): Promise<Ready | FailedRecord> {
  const { recording, fold } = listed;
  const place: RecordPlace = {
    record: recording.path,
    ...(recording.format === 'hdf5' && { exam: recording.exam }),
    ...(fold !== undefined && { fold }),
  };
  try {
    const ecg = await files.readAsStored(listed, model.tokenizer.config.leads);
    return { ...place, ...ready(fit(ecg, model, prepare), model) };
  } catch (error) {
    return { ...place, failed: failureOf(error) };
  }
}

/** The signal in the model's order of leads, their units, and what was changed. */
function ready(ecg: EcgRecord, { tokenizer: { config } }: HeartLlm): Omit<Ready, keyof RecordPlace> {
  const { signal, warnings } = prepareSignal(ecg, config);
  const units = findLeads(ecg, config.leads).map((lead) => ecg.units[lead]);
  const changes = [...ecg.meta.warnings, ...warnings].map(withoutQuotes);
  return {
    signal,
    ...(units.some((unit) => unit !== 'mV') && { units }),
    ...(changes.length > 0 && { warnings: changes }),
  };
}
