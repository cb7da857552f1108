// %% [markdown]
// # 1. Read an ECG
//
// A recording is a header and a file of samples. Both are read from a *source*: a folder, a URL, files that were dropped
// on a page, or memory. What comes back is the same whatever the source and the format.
//
// Run it from the root of the repository: `npx tsx examples/01-read-an-ecg.ts`

// %%
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { englishReport, openPtbxl } from '@heartllm/ecg-datasets';
import { httpSource, readHeader, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { ecgPaper } from '@heartllm/ecg-plot';
import { delineate } from '@heartllm/fsq-tokenizer';

const DATA = 'examples/data/ptbxl';
const RECORD = 'records500/00000/00823_hr';
mkdirSync('examples/out', { recursive: true });

// %% [markdown]
// ## From disk
//
// The header says what is in the file. Reading it costs a few hundred bytes, so look there first.

// %%
const disk = folderSource(DATA);
const header = await readHeader(disk, RECORD);
console.log(`${header.nSig} leads, ${header.fs} Hz, ${header.sigLen} samples: ${header.sigLen! / header.fs} s`);

// %% [markdown]
// Then the samples: one `Float32Array` per lead, in millivolts, NaN where the recorder had none.

// %%
const record = await readRecord(disk, RECORD);
console.log(record.leads.join(' '));
for (const lead of ['I', 'II', 'V2']) {
  const values = record.signal[record.leads.indexOf(lead)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  console.log(`lead ${lead.padEnd(2)} from ${low.toFixed(2)} to ${high.toFixed(2)} ${record.units[0]}`);
}

// %% [markdown]
// Long recordings need not be read whole: name the leads and the frames.

// %%
const second = await readRecord(disk, RECORD, { channels: ['V2'], from: 500, to: 1000, digital: true });
console.log(
  `one second of ${second.leads}: ${second.samples} samples, as stored ${second.digital![0].slice(0, 5)} ...`,
);

// %% [markdown]
// ## On paper
//
// 25 mm/s and 10 mm/mV, the way a cardiologist looks at it. The drawing is an SVG in millimetres: it prints in scale.

// %%
writeFileSync('examples/out/01-paper.svg', ecgPaper(record));
console.log('drawn in examples/out/01-paper.svg');

// %% [markdown]
// What the data set knows about it, and what the signal itself tells. Two beats come early
// and are wide: ventricular premature beats.

// %%
const { rows, statements } = await openPtbxl(disk);
const row = rows.find(({ filename500 }) => filename500 === RECORD)!;
console.log(`in words: ${englishReport(row, statements)}`);

const beats = delineate(record.signal, record.fs);
console.log(' beat   at      RR       QRS');
beats.forEach(({ onset, peak, offset }, i) => {
  const seconds = peak / record.fs;
  const rr = i ? ((peak - beats[i - 1].peak) / record.fs) * 1000 : Number.NaN;
  const qrs = ((offset! - onset!) / record.fs) * 1000;
  console.log(
    `${i + 1}`.padStart(5),
    `${seconds.toFixed(2)} s`.padStart(7),
    (i ? `${rr.toFixed(0)} ms` : '').padStart(8),
    `${qrs} ms`.padStart(7),
  );
});

// %% [markdown]
// ## From a URL
//
// The same call with another source. Only the bytes that are needed travel: with range requests a lead of a day-long
// recording costs no more than it holds. (Nothing outside this machine is asked here: a small server of our own stands in.)

// %%
let sent = 0;
const server = createServer((request, response) => {
  const file = DATA + new URL(request.url!, 'http://localhost').pathname;
  const size = statSync(file).size;
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
  const body = readFileSync(file).subarray(Number(from ?? 0), to ? Number(to) + 1 : size);
  response.writeHead(from ? 206 : 200, {
    'Content-Length': body.length,
    ...(from && { 'Content-Range': `bytes ${from}-${Number(from) + body.length - 1}/${size}` }),
  });
  if (request.method !== 'HEAD') sent += body.length;
  response.end(request.method === 'HEAD' ? undefined : body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

const remote = await readRecord(httpSource(`http://127.0.0.1:${port}/`), RECORD);
console.log(
  `over HTTP: ${sent} bytes, equal: ${remote.signal.every((lead, i) => lead.join() === record.signal[i].join())}`,
);

sent = 0;
const piece = await readRecord(httpSource(`http://127.0.0.1:${port}/`), RECORD, { from: 500, to: 1000 });
console.log(`one second of it: ${sent} bytes, ${piece.samples} samples`);
server.close();

// %% [markdown]
// Next: [recordings in HDF5](02-hdf5.ts).
