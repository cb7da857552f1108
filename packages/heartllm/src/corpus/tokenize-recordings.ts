import { type ListedRecording, Recordings, withoutNames } from '@heartllm/ecg-datasets';
import { prepare, type Source } from '@heartllm/ecg-io';
import { millivoltsPer } from '@heartllm/ecg-plot';
import type { CodedRecord, FailedRecord, RecordPlace } from '@heartllm/fsq-tokenizer';
import type { HeartLlm } from '../pipeline.ts';
import { withAdvice } from '../with-advice.ts';
import { failureOf } from './failure.ts';

/**
 * Codes of recordings, in their order, on worker threads. A recording that cannot be read or does not fit is a result, too.
 * A few are in memory at a time.
 *
 * @param options.prepare make recordings fit: resample, cut or pad, derive limb leads
 * @param options.threads as `EcgTokenizer.encodeEach` has it
 * @throws what is no recording's fault
 */
export async function* tokenizeRecordings(
  recordings: Iterable<ListedRecording>,
  source: Source,
  model: HeartLlm,
  options: { prepare: boolean; threads?: number },
): AsyncGenerator<CodedRecord | FailedRecord> {
  const files = new Recordings(source);
  const read = async (listed: ListedRecording) => {
    const ecg = await files.readAsStored(listed, model.tokenizer.config.leads);
    return options.prepare ? prepare(ecg, model.input) : ecg;
  };
  try {
    for await (const result of model.tokenizer.encodeEach(recordings, { read, threads: options.threads })) {
      const place = placeOf(result.item);
      if ('error' in result) {
        yield { ...place, failed: failureOf(options.prepare ? result.error : withAdvice(result.error), place.record) };
        continue;
      }
      const { codes, scale, units, warnings } = result;
      yield {
        ...place,
        codes,
        scale,
        ...(units?.some((unit) => unit !== 'mV') && { units: units.map(knownUnit) }),
        ...(warnings.length > 0 && { warnings: warnings.map((warning) => withoutNames(warning, place.record)) }),
      };
    }
  } finally {
    await files.close();
  }
}

function placeOf({ recording, fold }: ListedRecording): RecordPlace {
  return {
    record: recording.path,
    ...(recording.format === 'hdf5' && { exam: recording.exam }),
    ...(fold !== undefined && { fold }),
  };
}

/** What is no voltage may be anything: of an unknown unit it is only said that it is one. */
function knownUnit(unit: string): string {
  return millivoltsPer(unit) === undefined ? 'unknown' : unit;
}
