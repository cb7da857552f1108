import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a record is to differ from a good one of 12 leads, 10 s, 500 Hz. */
export interface RecordChanges {
  leads?: string[];
  fs?: number;
  samples?: number;
  /** Digital value of a sample; -32768 is an invalid one. */
  value?(lead: number, sample: number): number;
  /** Bytes that the .dat file is cut to; 0 leaves the file out. */
  datBytes?: number;
  comments?: string[];
}

export const LEADS = ['I', 'II', 'III', 'AVR', 'AVL', 'AVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** Writes a WFDB record in format 16, 1000 units per mV, and returns its path without suffix. */
export async function writeWfdb(folder: string, name: string, changes: RecordChanges = {}): Promise<string> {
  const { leads = LEADS, fs = 500, samples = 5000, comments = [] } = changes;
  const value = changes.value ?? ((lead, sample) => Math.round(300 * Math.sin((sample * (lead + 1)) / 50)));
  const digital = Int16Array.from({ length: leads.length * samples }, (_, i) =>
    value(i % leads.length, Math.floor(i / leads.length)),
  );
  const checksum = (lead: number) => {
    let sum = 0;
    for (let i = lead; i < digital.length; i += leads.length) sum += digital[i];
    return (sum << 16) >> 16;
  };
  const lines = leads.map((lead, i) => `${name}.dat 16 1000(0)/mV 16 0 ${digital[i]} ${checksum(i)} 0 ${lead}`);
  const header = [`${name} ${leads.length} ${fs} ${samples}`, ...lines, ...comments.map((comment) => `# ${comment}`)];
  await writeFile(join(folder, `${name}.hea`), `${header.join('\n')}\n`);
  const bytes = new Uint8Array(digital.buffer);
  if (changes.datBytes !== 0) await writeFile(join(folder, `${name}.dat`), bytes.subarray(0, changes.datBytes));
  return join(folder, name);
}
