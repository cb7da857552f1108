import type { Generator } from '@heartllm/backend';
import type { EcgRecord } from '@heartllm/ecg-io';

/**
 * The recording as if it had begun at another time: turned round by a random number of samples, the end followed by the
 * beginning. Its codes are others, as they stand on other samples, and mean the same.
 */
export function turned(record: EcgRecord, generator: Generator): EcgRecord {
  const by = generator.integer(record.samples);
  const signal = record.signal.map((lead) => {
    const copy = new Float32Array(lead.length);
    copy.set(lead.subarray(by));
    copy.set(lead.subarray(0, by), lead.length - by);
    return copy;
  });
  return { ...record, signal };
}
