import { expect, test } from 'vitest';
import { blobSource, httpSource, openHdf5 } from '../../src/index.ts';

const base = `${new URL('../fixtures/hdf5', import.meta.url)}/`;

test('an HDF5 file from an input element is read on the page itself, without a worker', async () => {
  const response = await fetch(`${base}gzip-shuffle-cut.hdf5`);
  const exams = await openHdf5(blobSource([new File([await response.blob()], 'exams.hdf5')]), 'exams.hdf5');
  expect((await exams.byId(358121)).signal[0].length).toBe(4096);
  await exams.close();
});

test('over HTTP only the blocks that an exam needs are transferred', async () => {
  performance.clearResourceTimings();
  const exams = await openHdf5(httpSource(base), 'gzip-shuffle-cut.hdf5');
  expect((await exams.record(0)).name).toBe('438277');
  await exams.close();
  const transferred = () =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('gzip-shuffle-cut.hdf5'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0);
  await expect.poll(transferred).toBeGreaterThan(0); // the page hears of what it has loaded a little later
  expect(transferred()).toBeLessThanOrEqual(2 * 65536); // of 227,879
});
