import { expect, test } from 'vitest';
import { blobSource, httpSource, readRecord } from '../src/index.ts';

const base = `${new URL('./fixtures', import.meta.url)}/`;
const first8 = [-115, -115, -115, -115, -115, -115, -115, -117]; // lead I, by wfdb-python

test('httpSource reads a range of a record from a server', async () => {
  const source = httpSource(base);
  expect(await source.size('ptbxl/00001_hr.dat')).toBe(120000);
  expect((await source.read('ptbxl/00001_hr.dat', 24, 48)).length).toBe(24);
  expect((await source.read('ptbxl/00001_hr.dat', 119990, 200000)).length).toBe(10);
  const record = await readRecord(source, 'ptbxl/00001_hr', { channels: ['I'], from: 0, to: 8, digital: true });
  expect(Array.from(record.digital![0])).toEqual(first8);
});

test('httpSource asks the server for the range only', async () => {
  performance.clearResourceTimings();
  await httpSource(base).read('ludb/1.dat', 1000, 1100);
  const sizes = () =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('ludb/1.dat'))
      .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize);
  await expect.poll(sizes).toEqual([100]); // the browser notes it some time after the answer
});

test('blobSource reads a record from the Files of an input element', async () => {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  const transfer = new DataTransfer();
  for (const name of ['00001_hr.hea', '00001_hr.dat']) {
    transfer.items.add(new File([await (await fetch(`${base}ptbxl/${name}`)).blob()], name));
  }
  input.files = transfer.files;
  const record = await readRecord(blobSource(input.files!), '00001_hr.hea', { digital: true });
  expect(record.samples).toBe(5000);
  expect(Array.from(record.digital![0].subarray(0, 8))).toEqual(first8);
});
