import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { EcgFileError, memorySource, type NumpyOptions, readNpy, readNpz, type Source } from '../../src/index.ts';

const fixtures = testFiles(import.meta.url, '../fixtures/numpy/');
const npy = await fixtures.read('version1.npy');
const [SAMPLES, LEADS] = [40, 12];

/** What the arrays of the fixtures hold: integers from -100 to 99; floats have a quarter of it, unsigned integers 100 more. */
const value = (sample: number, lead: number, exam = 0) => ((sample * 37 + lead * 1001 + exam * 77) % 200) - 100;

function expected(of: (value: number) => number, exam = 0): Float32Array[] {
  return Array.from({ length: LEADS }, (_, lead) => {
    return Float32Array.from({ length: SAMPLES }, (_, sample) => of(value(sample, lead, exam)));
  });
}

const fs = 500;
const read = (array: string, options: Partial<NumpyOptions> = {}) => {
  return readNpz(fixtures, 'arrays.npz', { array, fs, ...options });
};

describe('arrays that numpy saved hold what numpy put in', () => {
  const types = ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8'];
  const arrays = types.flatMap((type) => (type.endsWith('1') ? [`le-${type}`] : [`le-${type}`, `be-${type}`]));
  test.each(arrays)('%s', async (array) => {
    const { signal, samples, leads, name, meta } = await read(array);
    const kind = array.split('-')[1][0];
    expect(signal).toEqual(expected((k) => (kind === 'f' ? k / 4 : kind === 'i' ? k : k + 100)));
    expect({ samples, name, format: meta.format }).toEqual({ samples: SAMPLES, name: 'arrays', format: 'npy' });
    expect(leads.join(' ')).toBe('I II III AVR AVL AVF V1 V2 V3 V4 V5 V6');
  });

  test.each(['version1.npy', 'version2.npy', 'version3.npy'])('%s of the format', async (file) => {
    expect((await readNpy(fixtures, file, { fs })).signal).toEqual(expected((k) => k / 4));
  });

  test('Fortran order, leads first, one lead', async () => {
    expect((await read('fortran')).signal).toEqual(expected((k) => k));
    expect((await read('leads-first')).signal).toEqual(expected((k) => k));
    const { signal, leads } = await read('one-lead', { leads: ['II'], units: 'uV', scale: 2 });
    expect([signal, leads]).toEqual([[expected((k) => 2 * k)[0]], ['II']]);
  });

  test('an array that was not compressed', async () => {
    expect((await readNpz(fixtures, 'stored.npz', { fs })).signal).toEqual(expected((k) => k));
  });

  test('NaN is an invalid sample', async () => {
    const { signal, meta } = await read('with-nan');
    expect(signal[4][3]).toBeNaN();
    expect(meta.invalidSamples).toEqual(Array.from({ length: LEADS }, (_, lead) => (lead === 4 ? 1 : 0)));
  });

  test.each([0, 1, 2])('exam %i of three, in every order', async (index) => {
    for (const array of ['exams', 'exams-fortran', 'exams-leads-first']) {
      const { signal, name } = await read(array, { index });
      expect(name).toBe(`arrays-${index}`);
      expect(signal).toEqual(expected((k) => k, index));
    }
    expect((await readNpy(fixtures, 'exams.npy', { fs, index })).signal).toEqual(expected((k) => k, index));
  });
});

test('an exam of several costs its own bytes', async () => {
  const ranges: number[] = [];
  const source: Source = {
    size: fixtures.size,
    async read(path, start = 0, end = 0) {
      ranges.push(end - start);
      return fixtures.read(path, start, end);
    },
  };
  await readNpy(source, 'exams.npy', { fs, index: 2 });
  expect(ranges).toEqual([12, 118, SAMPLES * LEADS * 4]);
});

describe('what is wrong is an EcgFileError of one line', () => {
  async function message(promise: Promise<unknown>): Promise<string> {
    try {
      await promise;
      return 'was read';
    } catch (error) {
      if (!(error instanceof EcgFileError)) throw error;
      expect(error.message).not.toMatch(/[\n\r]/);
      return error.message;
    }
  }

  test.each([
    ['objects', 'descr: holds Python objects, which are never unpickled because that could run code'],
    [
      'structured',
      'descr: expected float16, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64, found a',
    ],
    ['bool', 'found "|b1"'],
    ['complex', 'found "<c8"'],
    ['text', 'found "<U1"'],
    ['longdouble', 'found "<f16"'],
    ['scalar', 'expected 1 to 3 axes (exam, sample, lead), found the shape []'],
  ])('an array of %s', async (array, what) => {
    const found = await message(read(array));
    expect(found).toContain(what);
    expect(found).toContain(`arrays.npz, `);
  });

  test('options', async () => {
    expect(await message(read('nope'))).toMatch(
      /^arrays\.npz, array: no array "nope"; it has "le-f2", .* and \d+ more$/,
    );
    expect(await message(readNpz(fixtures, 'arrays.npz', { fs }))).toContain('array: say which array to read; it has');
    expect(await message(read('exams'))).toBe('arrays.npz, index: the array holds 3 exams: say which to read');
    expect(await message(read('exams', { index: 3 }))).toBe('arrays.npz, index: expected an index below 3, found 3');
    expect(await message(read('le-f4', { fs: Number.NaN }))).toBe(
      'arrays.npz, fs: expected a number from 1e-6 to 1e9 Hz, found NaN',
    );
    expect(await message(read('le-f4', { leads: ['I', 'II'] }))).toContain(
      'no axis has the 2 leads in the shape [40, 12]',
    );
    expect(await message(read('le-f4', { axes: ['sample'] }))).toContain(
      'expected 1 axes (sample), found the shape [40, 12]',
    );
  });

  const withHeader = (header: string, version: number) => {
    const head = new Uint8Array(12 + header.length);
    head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
    new DataView(head.buffer).setUint32(8, header.length, true);
    head.set(new TextEncoder().encode(header), 12);
    return memorySource({ 'a.npy': head });
  };

  test('headers', async () => {
    const wrong = (header: string, version = 2) => message(readNpy(withHeader(header, version), 'a.npy', { fs }));
    const dict = (descr: string, shape: string) => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`;
    expect(await wrong(dict("'<f4'", '(1000000000000, 12)'))).toBe(
      'a.npy: truncated: the shape [1000000000000, 12] takes 48000000000000 bytes, found 0 behind the header',
    );
    expect(await wrong(dict("'<f4'", '(99999999999999999999, 12)'))).toContain('shape: expected integers');
    expect(await wrong(dict("'<f4'", '(-5, 12)'))).toContain('shape: not found in the header');
    expect(await wrong(dict("'<f3'", '(5, 12)'))).toContain('found "<f3"');
    expect(await wrong("{'fortran_order': False}")).toContain('a.npy, descr: not found in the header');
    expect(await wrong("{'descr': '<f4', 'shape': (1,)}")).toContain('a.npy, fortran_order: not found');
    expect(await wrong('x'.repeat(10_001))).toBe(
      'a.npy, byte 8: expected a header of at most 10000 bytes, found 10001',
    );
    expect(await wrong('', 4)).toBe('a.npy, byte 6: expected version 1, 2 or 3 of the .npy format, found 4');
  });

  test('a name out of the file is shown on one line', async () => {
    const bytes = await fixtures.read('stored.npz');
    const text = new TextDecoder('latin1').decode(bytes);
    for (const at of [text.indexOf('signal.npy'), text.lastIndexOf('signal.npy')]) bytes.set([10, 105, 0], at);
    bytes[0] = 0;
    const found = await message(readNpz(memorySource({ 'a.npz': bytes }), 'a.npz', { fs }));
    expect(found).toBe('a.npz, "\\ni\\u0000nal.npy", byte 0: no zip entry begins here');
  });

  test('a file cut anywhere', async () => {
    for (const length of [0, 5, 11, 60, 127, 128, 1000, npy.length - 1]) {
      const source = memorySource({ 'a.npy': npy.slice(0, length) });
      expect(await message(readNpy(source, 'a.npy', { fs }))).toMatch(/^a\.npy.*(truncated|is not an \.npy file)/);
    }
    const npz = await fixtures.read('arrays.npz');
    for (const length of [0, 10, 1000, npz.length - 1]) {
      const source = memorySource({ 'a.npz': npz.slice(0, length) });
      expect(await message(readNpz(source, 'a.npz', { fs }))).toBe(
        'a.npz: is not a whole zip archive: no end record was found',
      );
    }
  });
});
