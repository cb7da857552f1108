// %% [markdown]
// # 2. Recordings in HDF5
//
// CODE, CODE-15% and many in-house collections keep thousands of exams in one HDF5 file: an array `tracings`
// [exams, samples, leads] and an `exam_id` beside it. CODE-15% is 8 GB a part; here is a file of the same layout made of the
// ECGs that come with this repository.
//
// Run it from the root of the repository: `npx tsx examples/02-hdf5.ts`

// %%
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { openHdf5, prepare, readRecord, resample } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { ecgPaper } from '@heartllm/ecg-plot';
import { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import { File, ready } from 'h5wasm';

const RECORDS = ['00000/00913_hr', '06000/06332_hr', '18000/18611_hr', '00000/00722_hr'];
mkdirSync('examples/out', { recursive: true });

// %% [markdown]
// ## A file of CODE's layout
//
// 400 Hz, 4096 samples, twelve leads; an exam of 10 s has zeros on both sides. The library `h5wasm` writes into a file
// system in memory, from which the bytes are taken.

// %%
const SAMPLES = 4096;
const tracings = new Float32Array(RECORDS.length * SAMPLES * 12); // [exams, samples, leads]
const ptbxl = folderSource('examples/data/ptbxl/records500');
for (const [exam, name] of RECORDS.entries()) {
  const { signal, fs } = await readRecord(ptbxl, name);
  signal.forEach((lead, l) => {
    const slow = resample(lead, fs, 400); // 4000 samples
    const before = Math.floor((SAMPLES - slow.length) / 2);
    slow.forEach((value, t) => {
      tracings[(exam * SAMPLES + before + t) * 12 + l] = value;
    });
  });
}
const { FS } = await ready;
const hdf5 = new File('exams.hdf5', 'w');
hdf5.create_dataset({ name: 'tracings', data: tracings, shape: [RECORDS.length, SAMPLES, 12], dtype: '<f4' });
hdf5.create_dataset({ name: 'exam_id', data: new Int32Array([913, 6332, 18611, 722]), dtype: '<i4' });
hdf5.close();
writeFileSync('examples/out/02-exams.hdf5', FS.readFile('exams.hdf5') as Uint8Array);
console.log(`examples/out/02-exams.hdf5: ${statSync('examples/out/02-exams.hdf5').size} bytes`);

// %% [markdown]
// ## Reading it
//
// `openHdf5` knows CODE's layout; other names, axes and units are options (`tracings`, `ids`, `axes`, `leads`, `fs`, `units`,
// `scale`). Nothing is copied: only the blocks that an exam needs are read, so 8 GB open as quickly as these 800 KB.

// %%
const exams = await openHdf5(folderSource('examples/out'), '02-exams.hdf5', { padding: 'trim' });
console.log(`${exams.length} exams, leads ${exams.leads.join(' ')}`);
for await (const { name, fs, samples, units } of exams) {
  console.log(`exam ${name.padEnd(5)} ${samples} samples at ${fs} Hz: ${(samples / fs).toFixed(2)} s, ${units[0]}`);
}

// %% [markdown]
// One exam by its id. It is an `EcgRecord` like one from WFDB, so the same drawing takes it.

// %%
const exam = await exams.byId(6332);
writeFileSync('examples/out/02-exam.svg', ecgPaper(exam));
console.log('exam 6332, a left bundle branch block: examples/out/02-exam.svg');

// %% [markdown]
// ## From 400 Hz to codes
//
// The model wants 500 Hz and 10 s. `prepare` makes that of it and says what it did. Up and down again costs little:
// most codes are those of the original recording.

// %%
const prepared = prepare(exam);
console.log(prepared.meta.warnings.join('\n'));

const tokenizer = await EcgTokenizer.load();
const codes = tokenizer.encode(prepared);
const original = tokenizer.encode(await readRecord(ptbxl, '06000/06332_hr'));
const same = codes.filter((code, i) => code === original[i]).length;
console.log(`${same} of ${codes.length} codes as at 500 Hz`);
await exams.close();

// %% [markdown]
// Other files with little ceremony: `readEdf`, `readCsv`, `readNpy`, `readNpz` give the same `EcgRecord`.
// Next: [any recording made ready for the model](03-prepare-any-recording.ts).
