import { expect, test } from 'vitest';
import type { Found } from '../src/engine/protocol.ts';
import { find, read } from '../src/engine/recordings.ts';

const rows = '0.000,1,2\n0.002,3,4\n0.004,5,6\n';

async function readText(path: string, text: BlobPart, more: { fs?: number; units?: string } = {}) {
  const from = { [path]: new Blob([text]) };
  const [{ format }] = await find(from);
  return read({ from, path, format, index: 0, ...more });
}

test.each<[string, string, BlobPart, string]>([
  ['a unit line', 'a.csv', `# Units: uV\ntime,I,II\n${rows}`, 'uV'],
  ['a unit in brackets, in Latin-1', 'a.txt', latin1(`time,I [\xb5V],II [\xb5V]\n${rows}`), 'uV'],
  ['lines that end with CR', 'a.csv', `time,I,II\n${rows}`.replaceAll('\n', '\r'), 'mV'],
  ['decimal commas', 'a.tsv', `time;I;II\n${rows.replaceAll(',', ';').replaceAll('.', ',')}`, 'mV'],
  ['no names', 'a.txt', rows, 'mV'],
])('a table with %s is read', async (_name, path, text, unit) => {
  const record = await readText(path, text);
  expect([record.fs, record.units, record.signal[1]]).toEqual([500, [unit, unit], Float32Array.of(2, 4, 6)]);
});

test('what is missing is asked for in words of the page', async () => {
  const bare = 'I,II\n1,2\n1500,4\n';
  await expect(readText('a.csv', bare)).rejects.toMatchObject({
    message: 'a.csv line 2, fs: no column is called time: give the samples per second',
    field: 'fs',
  });
  const { units, meta } = await readText('a.csv', bare, { fs: 500 });
  expect([units, meta.warnings]).toEqual([
    ['', ''],
    ['a: no unit is named, and values up to 1500 cannot be mV: choose the unit'],
  ]);
  expect((await readText('a.csv', bare, { fs: 500, units: 'uV' })).units).toEqual(['uV', 'uV']);
});

test('what holds no recording', async () => {
  await expect(readText('letter.txt', 'Dear colleague,\n')).rejects.toThrow('letter.txt: holds no samples');
  await expect(find({ 'a.jpg': new Blob() } as Record<Found['path'], Blob>)).rejects.toThrow(
    'a.jpg: no recording in a format',
  );
});

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
