import { describe, expect, test } from 'vitest';
import { EcgFileError, memorySource, openHdf5, type Source } from '../../src/index.ts';
import { counting, fixtures, openBytes, PLACES, patched } from './files.ts';

const oneExam = await fixtures.read('one-exam.hdf5');

function sums(signal: Float32Array[]): [number, number] {
  let [sum, absolute] = [0, 0];
  for (const lead of signal) {
    for (const value of lead) {
      sum += value;
      absolute += Math.abs(value);
    }
  }
  return [sum, absolute];
}

describe('CODE-15% exams have the sums that h5py and numpy give', () => {
  const expected: Record<string, [number, number]> = {
    438277: [580.120233, 11495.1309],
    358121: [-652.988994, 6415.65422],
  };

  test.each(['one-exam.hdf5', 'gzip-shuffle-cut.hdf5'])('%s', async (file) => {
    const exams = await openHdf5(fixtures, file);
    const names: string[] = [];
    for await (const { name, fs, samples, leads, units, signal, meta } of exams) {
      expect({ fs, samples, format: meta.format, units: new Set(units) }).toEqual({
        fs: 400,
        samples: 4096,
        format: 'hdf5',
        units: new Set(['mV']),
      });
      expect(leads.join(' ')).toBe('I II III AVR AVL AVF V1 V2 V3 V4 V5 V6');
      const [sum, absolute] = sums(signal);
      expect(Number(sum.toPrecision(9))).toBe(expected[name][0]);
      expect(Number(absolute.toPrecision(9))).toBe(expected[name][1]);
      names.push(name);
      if (names.length === 2) break; // the file is cut behind the second exam
    }
    expect(names).toEqual(['438277', '358121'].slice(0, exams.length));
    await exams.close();
  });

  test('by id, as number, bigint or string', async () => {
    const exams = await openHdf5(fixtures, 'gzip-shuffle-cut.hdf5');
    const [byIndex, ...byId] = await Promise.all([
      exams.record(1),
      exams.byId(358121),
      exams.byId(358121n),
      exams.byId('358121'),
    ]);
    for (const record of byId) expect(record).toEqual(byIndex);
    await expect(exams.byId(1)).rejects.toThrow('gzip-shuffle-cut.hdf5: no exam "1" among 10');
    await exams.close();
  });
});

test('the zeros before and behind an exam are kept, or trimmed on request', async () => {
  const kept = await openHdf5(fixtures, 'gzip-shuffle-cut.hdf5');
  const trimmed = await openHdf5(fixtures, 'gzip-shuffle-cut.hdf5', { padding: 'trim' });
  const [whole, exam] = [await kept.record(1), await trimmed.record(1)];
  const first = Array.from({ length: 4096 }, (_, i) => i).find((i) => whole.signal.some((lead) => lead[i] !== 0))!;
  expect(exam.samples).toBeLessThan(whole.samples);
  expect(exam.signal).toEqual(whole.signal.map((lead) => lead.slice(first, first + exam.samples)));
  expect(sums(exam.signal)).toEqual(sums(whole.signal));
  await Promise.all([kept.close(), trimmed.close()]);
});

test('an exam costs its own bytes, not the file', async () => {
  const { source, counted } = counting(fixtures);
  const exams = await openHdf5(source, 'one-exam.hdf5');
  expect(counted).toEqual({ bytes: 65536, reads: 1 });
  await exams.record(0);
  expect(counted.bytes).toBeLessThanOrEqual(oneExam.length);
  await exams.close();
});

test('the last of 40,000 exams is read from a file of 7.9 GB by ranges', async () => {
  const count = 40_000n;
  const tracings = count * 4096n * 12n * 4n;
  const size = BigInt(PLACES.data) + tracings + count * 8n;
  const head = patched(oneExam.subarray(0, PLACES.data), {
    [PLACES.endOfFile]: size,
    [PLACES.exams]: count,
    [PLACES.exams + 24]: count,
    [PLACES.bytes]: tracings,
    [PLACES.idLength]: count,
    [PLACES.idLength + 8]: count,
    [PLACES.idBytes]: count * 8n,
    [PLACES.idAddress]: BigInt(PLACES.data) + tracings,
  });
  /** Each byte behind the head is told by its place. */
  const virtual: Source = {
    size: async () => Number(size),
    async read(_path, start = 0, end = 0) {
      const bytes = new Uint8Array(end - start);
      for (let i = 0; i < bytes.length; i++) {
        const at = start + i;
        const inIds = at - (PLACES.data + Number(tracings));
        // Exam 39,999 is the numbers 2.0 (00 00 00 40), and the id of exam i is i with its eighth byte 0.
        if (at < head.length) bytes[i] = head[at];
        else if (inIds >= 0) bytes[i] = inIds % 8 < 2 ? (Math.floor(inIds / 8) >> (8 * (inIds % 8))) & 0xff : 0;
        else bytes[i] = at >= PLACES.data + Number(tracings) - 196_608 && (at - PLACES.data) % 4 === 3 ? 0x40 : 0;
      }
      return bytes;
    },
  };
  const { source, counted } = counting(virtual);
  const exams = await openHdf5(source, 'virtual.hdf5');
  expect(exams.length).toBe(40_000);
  const last = await exams.record(39_999);
  expect(last.name).toBe('39999');
  expect(last.signal.every((lead) => lead.every((value) => value === 2))).toBe(true);
  expect((await exams.byId(20_000)).signal[3][100]).toBe(0);
  expect(counted.bytes).toBeLessThan(2e6);
  await exams.close();
});

describe('what is wrong is an EcgFileError of one line', () => {
  async function message(bytes: Uint8Array, layout = {}): Promise<string> {
    try {
      const exams = await openBytes(bytes, layout);
      try {
        await exams.record(0);
      } finally {
        await exams.close();
      }
      return 'was read';
    } catch (error) {
      if (!(error instanceof EcgFileError)) throw error;
      return error.message;
    }
  }

  test('a file that is no HDF5', async () => {
    expect(await message(new TextEncoder().encode('exam_id,age\n1,2\n'))).toBe(
      'a.hdf5: is not a readable HDF5 file: file signature not found',
    );
    expect(await message(new Uint8Array(0))).toContain('a.hdf5: is not a readable HDF5 file: ');
  });

  test('a truncated file', async () => {
    expect(await message(oneExam.subarray(0, 100_000))).toContain(
      'a.hdf5: is not a readable HDF5 file: truncated file',
    );
    const exams = await openHdf5(fixtures, 'gzip-shuffle-cut.hdf5');
    await expect(exams.record(2)).rejects.toThrow('gzip-shuffle-cut.hdf5: the dataset "tracings" could not be read: ');
    expect((await exams.record(0)).name).toBe('438277');
    await exams.close();
  });

  test('a dataset that is not there: those that are get named', async () => {
    expect(await message(oneExam, { tracings: 'ecg/signals' })).toBe(
      'a.hdf5: has no dataset "ecg/signals"; it has "exam_id", "tracings"',
    );
    expect(await message(oneExam, { ids: 'id' })).toBe('a.hdf5: has no dataset "id"; it has "exam_id", "tracings"');
    expect(await message(oneExam, { tracings: '/' })).toContain('has no dataset "/"');
  });

  test('an unknown filter is named', async () => {
    const bytes = await fixtures.read('gzip-shuffle-cut.hdf5');
    const text = new TextDecoder('latin1').decode(bytes);
    const deflate = text.indexOf('deflate');
    expect(deflate).toBeGreaterThan(0);
    const changed = patched(bytes, { [deflate - 8]: [0x00, 0x7d], [deflate]: [0x6c, 0x7a, 0x66, 0, 0, 0, 0] }); // 32000, lzf
    expect(await message(changed)).toBe(
      'a.hdf5, tracings: is packed with the filter "lzf" (32000), which h5wasm does not have',
    );
  });

  test('an exam or a chunk larger than any real one is refused before memory is taken', async () => {
    const huge = patched(oneExam, { [PLACES.exams + 8]: 1n << 40n, [PLACES.exams + 32]: 1n << 40n });
    expect(await message(huge)).toMatch(/^a\.hdf5/);
    const many = patched(oneExam, { [PLACES.exams]: 1n << 62n, [PLACES.exams + 24]: 1n << 62n });
    expect(await message(many)).toMatch(/^a\.hdf5/);
  });

  test('options and indices', async () => {
    expect(await message(oneExam, { fs: 0 })).toBe('a.hdf5, fs: expected a number from 1e-6 to 1e9 Hz, found 0');
    expect(await message(oneExam, { leads: ['II'] })).toContain('no axis has the 1 leads in the shape [1, 4096, 12]');
    expect(await message(oneExam, { axes: ['sample', 'lead'] })).toBe(
      'a.hdf5, tracings: expected 2 axes (sample, lead), found the shape [1, 4096, 12]',
    );
    const ten = await fixtures.read('gzip-shuffle-cut.hdf5');
    expect(await message(ten, { tracings: 'exam_id' })).toBe(
      'a.hdf5, exam_id: expected 1 ids, found ids of shape [10]',
    );
    const exams = await openBytes(oneExam);
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      await expect(exams.record(index)).rejects.toThrow(`a.hdf5, index: expected an index below 1, found ${index}`);
    }
    await exams.close();
    await exams.close();
    await expect(exams.record(0)).rejects.toThrow('a.hdf5: is closed');
  });

  test('a source that fails keeps its own error, and the next try may succeed', async () => {
    const files = memorySource({ 'a.hdf5': oneExam });
    let fails = false;
    const exams = await openHdf5(
      {
        size: files.size,
        read: (...range) => (fails ? Promise.reject(new Error('connection lost')) : files.read(...range)),
      },
      'a.hdf5',
    );
    fails = true;
    await expect(exams.record(0)).rejects.toThrow('connection lost');
    fails = false;
    expect((await exams.record(0)).name).toBe('438277');
    await exams.close();
  });
});
