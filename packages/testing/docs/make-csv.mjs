// Writes a record of examples/data as a CSV file at 250 Hz, for the guide about one's own recordings.
import { writeFileSync } from 'node:fs';
import { prepare, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';

const record = await readRecord(folderSource('examples/data/ptbxl'), 'records500/00000/00722_hr');
const slow = prepare(record, { fs: 250 });
const lines = Array.from({ length: slow.samples }, (_, i) =>
  [i / 250, ...slow.signal.map((lead) => lead[i].toFixed(3))].join(','),
);
writeFileSync(process.argv[2], `${['time', ...slow.leads].join(',')}\n${lines.join('\n')}\n`);
