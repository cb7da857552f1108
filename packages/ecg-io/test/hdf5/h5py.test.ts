import { describe, expect, test } from 'vitest';
import { fixtures, openBytes } from './files.ts';

/** What fixtures/hdf5/make_h5py.py wrote: a file, and per dataset the float64 that h5py reads, null where nothing can be read. */
interface Entry {
  name: string;
  file: string;
  values: Record<string, string | null>;
}

const entries: Entry[] = JSON.parse(new TextDecoder().decode(await fixtures.read('h5py.json')));
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** Numbers that nothing but their description in the file tells from others: of fewer bits than their bytes have, of another fraction. */
describe.each(entries)('every value is that of h5py 3.16, $name', ({ file, values }) => {
  const bytes = bytesOf(file);
  const read = async (tracings: string) => {
    const exams = await openBytes(bytes, { tracings, ids: null, axes: ['sample'], fs: 500 });
    const { signal } = await exams.record(0).finally(() => exams.close());
    return signal[0];
  };

  test.each(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null))(
    '%s',
    async (name, reference) => {
      expect(await read(name)).toEqual(Float32Array.from(new Float64Array(bytesOf(reference).buffer)));
    },
  );

  test('what cannot be read is an error', async () => {
    await expect(read('partly written, never filled')).rejects.toThrow(
      'a.hdf5, partly written, never filled: has values that were never written',
    );
    await expect(read('lzf')).rejects.toThrow(
      'a.hdf5, lzf: is packed with the filter "lzf" (32000), which h5wasm does not have',
    );
  });

  test('ids of 12 bits', async () => {
    const layout = { tracings: 'exams', ids: '12 bits in int16', axes: ['exam', 'sample'] as const, fs: 500 };
    const exams = await openBytes(bytes, layout);
    const names = await Promise.all(Array.from({ length: exams.length }, (_, index) => exams.id(index)));
    expect(names).toEqual(['-1', '1', '-2048', '2047', '5', '-7', '0', '1000']);
    await exams.close();
  });
});
