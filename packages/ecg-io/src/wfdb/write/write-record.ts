import { encodeRecord, type RecordInput, type WriteOptions } from './encode-record.ts';
import { writeFiles } from './write-files.ts';

/**
 * Writes a WFDB record into a folder in Node: its signal files first, its header last, each only once it is whole. In a browser use
 * {@link encodeRecord}.
 *
 * ```ts
 * await writeRecord('out', await readRecord(source, '100', { digital: true }), { format: 212 });
 * ```
 *
 * @param folder in the file system; made where it is missing
 * @throws WfdbError if the record cannot be stored (see {@link encodeRecord}), and what the file system throws
 */
export async function writeRecord(folder: string, record: RecordInput, options: WriteOptions = {}): Promise<void> {
  await writeFiles(folder, encodeRecord(record, options), 'encodeRecord');
}
