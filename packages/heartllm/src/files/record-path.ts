import { basename, dirname } from 'node:path';
import type { Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';

/** A record named on the command line: the folder it lies in, and its name there. */
export interface RecordPath {
  source: Source;
  name: string;
  /** As given, without the suffix. */
  record: string;
}

/** @param path to a record's header, with or without `.hea` or `.dat` */
export function recordPath(path: string): RecordPath {
  const record = path.replace(/\.(hea|dat)$/i, '');
  return { source: folderSource(dirname(record)), name: basename(record), record };
}
