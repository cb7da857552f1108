import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Axis, memorySource, openHdf5 } from '../../src/index.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { counting, fixtures, openBytes, PLACES, patched, writeHdf5 } from './files.ts';

/** What exam, sample and lead hold in the files written here; fits every type. */
const value = (exam: number, sample: number, lead: number) => (exam * 77 + sample * 37 + lead * 11) % 100;

const sizes = { exam: 5, sample: 30, lead: 12 };
const types = {
  '<b': Int8Array,
  '<h': Int16Array,
  '<i': Int32Array,
  '<q': BigInt64Array,
  '<f': Float32Array,
  '<d': Float64Array,
};
const unsigned = { '<B': Uint8Array, '<H': Uint16Array, '<I': Uint32Array, '<Q': BigUint64Array };

/** The numbers of an array with these axes, in C order. */
function numbers(axes: Axis[]): { shape: number[]; values: number[] } {
  const shape = axes.map((axis) => sizes[axis]);
  const values: number[] = [];
  const index = { exam: 0, sample: 0, lead: 0 };
  const fill = (depth: number) => {
    if (depth === axes.length) values.push(value(index.exam, index.sample, index.lead));
    else for (index[axes[depth]] = 0; index[axes[depth]] < shape[depth]; index[axes[depth]]++) fill(depth + 1);
  };
  fill(0);
  return { shape, values };
}

function expectExam(signal: Float32Array[], exam: number, scale = 1): void {
  const leads = Array.from({ length: sizes.lead }, (_, lead) => {
    return Float32Array.from({ length: sizes.sample }, (_, sample) => value(exam, sample, lead) * scale);
  });
  expect(signal).toEqual(leads);
}

describe('every number type, chunked or not, in every order of axes, is what was written', () => {
  test.each(Object.entries({ ...types, ...unsigned }))('%s', async (dtype, Numbers) => {
    for (const axes of [
      ['exam', 'sample', 'lead'],
      ['exam', 'lead', 'sample'],
      ['lead', 'sample', 'exam'],
    ] as Axis[][]) {
      const { shape, values } = numbers(axes);
      const isBig = Numbers === BigInt64Array || Numbers === BigUint64Array;
      const from = Numbers.from.bind(Numbers) as (values: Iterable<number | bigint>) => InstanceType<typeof Numbers>;
      const data = from(isBig ? values.map(BigInt) : values);
      const plain = await writeHdf5([{ name: 'tracings', data, shape, dtype }]);
      const chunks = shape.map((length) => Math.ceil(length / 2));
      const packed = await writeHdf5([{ name: 'tracings', data, shape, dtype, chunks, compression: 4 }]);
      for (const bytes of [plain, packed]) {
        const exams = await openBytes(bytes, axes[0] === 'exam' ? {} : { axes });
        expect(exams.length).toBe(sizes.exam);
        for (const index of [4, 0, 3]) {
          const { name, signal } = await exams.record(index);
          expect(name).toBe(`a-${index}`);
          expectExam(signal, index);
        }
        await exams.close();
      }
    }
  });

  /** HDF5's description of a number, as h5py writes it for float32: class, sizes and the place of exponent and fraction. */
  const float32 = [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 0x20, 0, 0x17, 8, 0, 0x17, 0x7f, 0, 0, 0];
  const float16 = [0x11, 0x20, 0x0f, 0, 2, 0, 0, 0, 0, 0, 0x10, 0, 0x0a, 5, 0, 0x0a, 0x0f, 0, 0, 0];

  test('float16 as numpy writes it', async () => {
    const bytes = await fixtures.read('one-exam.hdf5');
    expect(Array.from(bytes.subarray(PLACES.type, PLACES.type + 20))).toEqual(float32);
    // -0.25, 1.5, 65504, 2^-24, -infinity, NaN, 0.33325
    const halves = [0x00, 0xb4, 0x00, 0x3e, 0xff, 0x7b, 0x01, 0x00, 0x00, 0xfc, 0x00, 0x7e, 0x55, 0x35];
    const changes = { [PLACES.type]: float16, [PLACES.bytes]: 4096n * 12n * 2n, [PLACES.data]: halves };
    const exams = await openBytes(patched(bytes, changes));
    const { signal, meta } = await exams.record(0);
    expect(signal.slice(0, 7).map((lead) => lead[0])).toEqual(
      [-0.25, 1.5, 65504, 2 ** -24, Number.NEGATIVE_INFINITY, Number.NaN, 0.333251953125].map(Math.fround),
    );
    expect(meta.invalidSamples[5]).toBeGreaterThanOrEqual(1);
    await exams.close();
  });

  test('big-endian float32', async () => {
    const bytes = await fixtures.read('one-exam.hdf5');
    const changes = {
      [PLACES.type]: [0x11, 0x21, ...float32.slice(2)],
      [PLACES.data]: [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0],
    };
    const exams = await openBytes(patched(bytes, changes));
    const { signal } = await exams.record(0);
    expect([signal[0][0], signal[1][0]]).toEqual([1, -2]);
    await exams.close();
  });
});

describe('layouts by option', () => {
  const { shape, values } = numbers(['exam', 'sample', 'lead']);
  const data = Int16Array.from(values);

  test('dataset path, units, scale, sampling rate, lead order and an id column of strings', async () => {
    const bytes = await writeHdf5([
      { name: 'ecg/signals', data, shape },
      { name: 'ecg/names', data: ['a', 'bé', '', 'd d', 'e'], dtype: 'S6' },
    ]);
    const leads = 'V1 V2 V3 V4 V5 V6 I II III aVR aVL aVF'.split(' ');
    const options = { tracings: 'ecg/signals', ids: 'ecg/names', units: 'uV', scale: 0.25, fs: 500, leads };
    const exams = await openBytes(bytes, options);
    expect(await Promise.all([0, 1, 2, 3, 4].map((i) => exams.id(i)))).toEqual(['a', 'bé', '', 'd d', 'e']);
    const record = await exams.byId('d d');
    expect(record).toMatchObject({ name: 'd d', fs: 500, leads, units: leads.map(() => 'uV'), samples: sizes.sample });
    expect(record.meta.gains).toEqual(leads.map(() => 4));
    expectExam(record.signal, 3, 0.25);
    await exams.close();
  });

  test('ids of variable length, which lie elsewhere in the file', async () => {
    const ids = ['x', 'some longer name', 'ünïcode', '', 'y'];
    const exams = await openBytes(
      await writeHdf5([
        { name: 'tracings', data, shape },
        { name: 'exam_id', data: ids },
      ]),
    );
    for (const [i, id] of ids.entries()) expect(await exams.id(i)).toBe(id);
    expect((await exams.byId('y')).name).toBe('y');
    await exams.close();
  });

  test('ids above 2^53 to the last digit', async () => {
    const ids = BigInt64Array.of(9007199254740993n, -1n, 0n, 5n, 5n);
    const exams = await openBytes(
      await writeHdf5([
        { name: 'tracings', data, shape },
        { name: 'exam_id', data: ids },
      ]),
    );
    expect((await exams.byId(9007199254740993n)).name).toBe('9007199254740993');
    await expect(exams.byId(5)).rejects.toThrow('exam "5" is there 2 times; ask for it by index: 3, 4');
    await exams.close();
  });

  test('one exam without an axis for exams, and exams of one lead', async () => {
    const one = await openBytes(await writeHdf5([{ name: 'tracings', data: data.slice(0, 360), shape: [30, 12] }]));
    expect(one.length).toBe(1);
    expectExam((await one.record(0)).signal, 0);
    const bytes = await writeHdf5([{ name: 'tracings', data: data.slice(0, 360), shape: [30, 12] }]);
    const single = await openBytes(bytes, { axes: ['exam', 'sample'], leads: ['II'] });
    expect(single.length).toBe(30);
    const { leads, signal } = await single.record(2);
    expect([leads, signal]).toEqual([['II'], [Float32Array.from(data.slice(24, 36))]]);
    await Promise.all([one.close(), single.close()]);
  });

  test('no ids are looked for with ids: null', async () => {
    const bytes = await writeHdf5([
      { name: 'tracings', data, shape },
      { name: 'exam_id', data: Int32Array.of(1, 2) },
    ]);
    await expect(openBytes(bytes)).rejects.toThrow('a.hdf5, exam_id: expected 5 ids, found ids of shape [2]');
    const exams = await openBytes(bytes, { ids: null });
    expect((await exams.record(1)).name).toBe('a-1');
    await exams.close();
  });

  test('a link out of the file is not followed, and neither a group nor text is taken for numbers', async () => {
    const { File } = await import('h5wasm');
    const { FS } = await (await import('h5wasm')).ready;
    const file = new File('/links.hdf5', 'w');
    file.create_external_link('/dev/stdin', 'tracings', 'tracings');
    file.create_group('group');
    file.create_dataset({ name: 'text', data: ['a', 'b'] });
    file.close();
    const bytes = FS.readFile('/links.hdf5');
    await expect(openBytes(bytes)).rejects.toThrow(/^a\.hdf5: /);
    await expect(openBytes(bytes, { tracings: 'group' })).rejects.toThrow('a.hdf5: has no dataset "group"');
    await expect(openBytes(bytes, { tracings: 'text' })).rejects.toThrow(
      'a.hdf5, text: expected numbers, found strings',
    );
  });
});

test('small chunks cost few reads, and checksums (fletcher32) are no hindrance', async () => {
  const [samples, length] = [1000, 20];
  const data = Float32Array.from({ length: length * samples * 12 }, (_, i) => Math.sin(i));
  const shape = [length, samples, 12];
  const bytes = await writeHdf5([
    { name: 'tracings', data, shape, chunks: [7, 100, 1], compression: 4 },
    { name: 'checked', data, shape, chunks: [1, 1000, 12], compression: 3, compression_opts: [] },
  ]);
  const { source, counted } = counting(memorySource({ 'a.hdf5': bytes }));
  const exams = await openHdf5(source, 'a.hdf5');
  for (const index of [0, 6, 8, 19]) {
    const { signal } = await exams.record(index);
    expect(signal[5][77]).toBe(data[(index * samples + 77) * 12 + 5]);
  }
  expect(counted.reads).toBeLessThan(15); // of 360 chunks
  await exams.close();
  const checked = await openHdf5(source, 'a.hdf5', { tracings: 'checked' });
  expect((await checked.record(3)).signal[11][999]).toBe(data[3 * samples * 12 + samples * 12 - 1]);
  await checked.close();
});

test('any chunking reads back as it was written', async () => {
  const { shape, values } = numbers(['exam', 'sample', 'lead']);
  const chunks = fc.tuple(...shape.map((length) => fc.integer({ min: 1, max: length })));
  await fc.assert(
    fc.asyncProperty(
      chunks,
      fc.constantFrom(0, 1, 9),
      fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
      async (chunks, level, order) => {
        const packing = level ? { compression: level } : {};
        const bytes = await writeHdf5([
          { name: 'tracings', data: Float32Array.from(values), shape, chunks, ...packing },
        ]);
        const exams = await openBytes(bytes);
        for (const index of order) expectExam((await exams.record(index)).signal, index);
        await exams.close();
      },
    ),
    { numRuns: fuzzRuns(15), seed: 3 },
  );
}, 3_600_000);
