import { blobSource, prepare, readHeader, readRecord } from '@heartllm/ecg-io';

const NAME = 'records500/00000/00913_hr';

export async function use({ open }) {
  const record = await readRecord(open('data'), NAME);
  const files = {};
  for (const end of ['.hea', '.dat']) files[NAME + end] = new Blob([await open('data').read(NAME + end)]);
  const dropped = await readRecord(blobSource(files), NAME, { channels: ['V1'], from: 100, to: 200 });
  const { fs } = await readHeader(open('data'), NAME);
  const ready = prepare(record, { fs: 250, seconds: 10 });
  return `${fs} Hz, ${record.leads.join(' ')}, ${record.samples} samples, V1 ${dropped.signal[0][0]} mV, ${ready.signal[0].length}`;
}
