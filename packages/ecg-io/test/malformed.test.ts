import { describe, expect, test } from 'vitest';
import { memorySource, readRecord, WfdbError } from '../src/index.ts';
import { smallRecord } from './expected.ts';

const { lines, dat } = smallRecord();
const clean = lines.join('\n');

/** What reading says: the message of a WfdbError, or the warnings. */
async function outcome(header: string | Uint8Array, bytes: Uint8Array | undefined = dat): Promise<string | string[]> {
  const source = memorySource({ 'rec.hea': header, ...(bytes && { 'rec.dat': bytes }) });
  try {
    return (await readRecord(source, 'rec')).meta.warnings;
  } catch (error) {
    if (!(error instanceof WfdbError)) throw error;
    return error.message;
  }
}

describe('a record that is wrong is an error that names the place, what was expected and what was found', () => {
  test.each<[string, string, string]>([
    ['empty header', '', 'rec.hea: is empty: no record line'],
    [
      'text',
      'Dear reader,\nthis is a letter.',
      'rec.hea line 1, number of signals: expected an integer of 0 or more, found "reader,"',
    ],
    ['one word', 'rec', 'rec.hea line 1, number of signals: expected an integer of 0 or more, found nothing'],
    [
      'length as 1e15',
      clean.replace('500 50', '500 1e15'),
      'rec.hea line 1, number of samples: expected an integer of 0 or more, found "1e15"',
    ],
    [
      'negative length',
      clean.replace('500 50', '500 -50'),
      'rec.hea line 1, number of samples: expected an integer of 0 or more, found "-50"',
    ],
    [
      'fs 0',
      clean.replace('500', '0'),
      'rec.hea line 1, sampling frequency: expected a number from 1e-6 to 1e9 Hz, found "0"',
    ],
    ['fs NaN', clean.replace('500', 'NaN'), 'rec.hea line 1, sampling frequency: expected a number, found "NaN"'],
    [
      'too few lines',
      clean.replace('rec 4', 'rec 6'),
      'rec.hea line 1, number of signals: 6 signals declared, 4 signal lines follow',
    ],
    [
      'no format',
      clean.replace(lines[2], 'rec.dat'),
      'rec.hea line 3, format: expected a format as in 16x2:3+24, found nothing',
    ],
    ['gain', clean.replace('100/mV', 'ten/mV'), 'rec.hea line 2, gain: expected a number, found "ten"'],
    ['baseline', clean.replace('100/mV', '100(1.5)/mV'), 'rec.hea line 2, baseline: expected an integer, found "1.5"'],
    [
      'checksum',
      clean.replace(/ECG_2/, '').replace(lines[2].split(' ')[6], 'x'),
      'rec.hea line 3, checksum: expected an integer, found "x"',
    ],
    [
      '0 samples per frame',
      clean.replace('dat 16', 'dat 16x0'),
      'rec.hea line 2, samples per frame: expected an integer of 1 or more, found "0"',
    ],
    ['unknown format', clean.replace('dat 16', 'dat 999'), 'rec.hea line 2, format: unknown signal format 999'],
    [
      'two formats',
      clean.replace(lines[3], lines[3].replace('16', '212')),
      'rec.hea line 4, format: format 212 differs from format 16 of the same file "rec.dat"',
    ],
    [
      'two offsets',
      clean.replace(lines[3], lines[3].replace('16', '16+4')),
      'rec.hea line 4, byte offset: 4 differs from 0 of the same file "rec.dat"',
    ],
    [
      'files that alternate',
      clean.replace(lines[2], lines[2].replace('rec.dat', 'b.dat').replace('16', '16')),
      'rec.hea line 4, file name: the signals of "rec.dat" do not stand together',
    ],
    [
      'absolute path',
      clean.replaceAll('rec.dat', '/etc/hostname'),
      'rec.hea line 2, file name: expected a relative name that stays in the folder of the header, found "/etc/hostname"',
    ],
    [
      'path that climbs',
      clean.replaceAll('rec.dat', 'a/../../x'),
      'rec.hea line 2, file name: expected a relative name that stays in the folder of the header, found "a/../../x"',
    ],
    ['missing file', clean.replaceAll('rec.dat', 'other.dat'), 'rec.hea line 2: other.dat: no such file in memory'],
    [
      '10^12 samples',
      clean.replace('500 50', '500 1000000000000'),
      'rec.dat, byte 400: truncated: expected 8000000000000 bytes (1000000000000 frames of 4 signals in format 16), found 400',
    ],
    [
      'offset behind the end',
      clean.replaceAll('dat 16', 'dat 16+5000'),
      'rec.dat, byte 400: the samples begin at byte 5000, the file ends at 400',
    ],
    ['missing segment', 'rec/2 4 500 100\na 50\nb 50', 'rec.hea line 2: a.hea: no such file in memory'],
    [
      'segment outside',
      'rec/2 4 500 100\na 50\n../b 50',
      'rec.hea line 3, segment name: expected a relative name that stays in the folder of the header, found "../b"',
    ],
    [
      'segment that is the record',
      'rec/2 4 500 100\na 50\nrec 50',
      'rec.hea line 3, segment name: segment "rec" is the record itself',
    ],
  ])('%s', async (_, header, message) => {
    expect(await outcome(header)).toBe(message);
  });

  // As PTB-XL+ 1.0.1 does; the C library and wfdb-python refuse such records as well.
  test.each<[string, string, string, string]>([
    ['folder', 'ge/rec.dat', 'rec.dat', 'd/rec.hea line 2: d/ge/rec.dat: no such file in memory'],
    [
      'absolute',
      '/mnt/db/rec.dat',
      'rec.dat',
      'd/rec.hea line 2, file name: expected a relative name that stays in the folder of the header, found "/mnt/db/rec.dat"',
    ],
    [
      'Windows',
      'C:\\db\\rec.dat',
      'rec.dat',
      'd/rec.hea line 2, file name: expected a relative name that stays in the folder of the header, found "C:\\\\db\\\\rec.dat"',
    ],
    [
      'above',
      '../rec.dat',
      'rec.dat',
      'd/rec.hea line 2, file name: expected a relative name that stays in the folder of the header, found "../rec.dat"',
    ],
  ])(
    'a header that names its file with the folder of its writer (%s) says where it lies',
    async (_, name, there, message) => {
      const header = clean.replaceAll('rec.dat', name);
      const read = (files: Record<string, string | Uint8Array>) =>
        readRecord(memorySource(files), 'd/rec').then(String, ({ message }) => message);
      expect(await read({ 'd/rec.hea': header, [`d/${there}`]: dat })).toBe(
        `${message}; ${there} lies beside the header, which should name it without a folder`,
      );
      expect(await read({ 'd/rec.hea': header, 'rec.dat': dat })).toBe(message);
    },
  );

  test('a segment that is named with a folder, a FLAC file, and a file of unknown length say so too', async () => {
    const files = {
      'rec.hea': 'rec/1 1 500 100\nge/one 100',
      'one.hea': 'one 1 500 100\ny/one.d 516 1',
      'two.hea': 'two 1 500\ny/one.d 16 1',
      'one.d': dat,
      'abs.hea': 'abs/1 1 500 100\n/mnt/one 100',
    };
    const read = (name: string) => readRecord(memorySource(files), name).then(String, ({ message }) => message);
    expect(await read('rec')).toContain(
      'rec.hea line 2: ge/one.hea: no such file in memory; one.hea lies beside the header',
    );
    expect(await read('abs')).toContain('found "/mnt/one"; one.hea lies beside the header');
    expect(await read('one')).toContain(
      'one.hea line 2: y/one.d: no such file in memory; one.d lies beside the header',
    );
    expect(await read('two')).toContain(
      'two.hea line 2: y/one.d: no such file in memory; one.d lies beside the header',
    );
  });

  test('one byte short', async () => {
    const message = 'rec.dat, byte 399: truncated: expected 400 bytes (50 frames of 4 signals in format 16), found 399';
    expect(await outcome(clean, dat.subarray(0, 399))).toBe(message);
  });

  test('a missing header names the header', async () => {
    await expect(readRecord(memorySource({}), 'a/rec')).rejects.toThrow('a/rec.hea: no such file in memory');
  });

  test('a signal file under the name of a header is not read to its end', async () => {
    const source = { read: async () => new Uint8Array((1 << 24) + 1), size: async () => 2 ** 40 };
    await expect(readRecord(source, 'rec')).rejects.toThrow('expected a header of at most 16777216 bytes');
  });

  test('the error carries the place in fields', async () => {
    const source = memorySource({ 'rec.hea': 'rec 1 500 10\nrec.dat 16 x' });
    const error = await readRecord(source, 'rec').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WfdbError);
    expect(error).toMatchObject({ name: 'WfdbError', file: 'rec.hea', line: 2, field: 'gain' });
  });
});

describe('a record that is only odd is read, with a warning', () => {
  test.each<[string, string, string[]]>([
    ['clean', clean, []],
    [
      'checksum unsigned',
      clean.replace(
        lines[1],
        withChecksum(lines[1], (sum) => sum + 65536),
      ),
      [],
    ],
    [
      'checksum off by one',
      clean.replace(
        lines[3],
        withChecksum(lines[3], (sum) => sum + 1),
      ),
      [
        `rec.hea line 4: the checksum of signal 2 (ECG_3) is ${checksumOf(lines[3])}, the header says ${checksumOf(lines[3]) + 1}`,
      ],
    ],
    ['another name', clean.replace('rec 4', 'other 4'), ['rec.hea line 1: the record is called "other", its file rec']],
    [
      'gain 0',
      clean.replace(' 100/mV', ' 0/mV'),
      ['rec.hea: no gain for signal 0: uncalibrated, 200 per unit is assumed'],
    ],
    [
      'negative gain',
      clean.replace(' 100/mV', ' -100/mV'),
      ['rec.hea: negative gain for signal 0: the polarity is inverted'],
    ],
    [
      'more signal lines than declared, as header(5) allows',
      `${clean}\nother.dat 16 100/mV 16 0 0 0 0 Jane Doe\n\n# a comment`,
      ['rec.hea line 6: 4 signals declared, 5 signal lines follow; from this one on they are not read'],
    ],
  ])('%s', async (_, header, warnings) => {
    expect(await outcome(header)).toEqual(warnings);
  });

  test('bytes behind the last sample', async () => {
    const longer = new Uint8Array(500);
    longer.set(dat);
    expect(await outcome(clean, longer)).toEqual(['rec.dat: 100 unread bytes from byte 400 on']);
  });
});

function checksumOf(line: string): number {
  return Number(line.split(' ')[6]);
}

function withChecksum(line: string, change: (sum: number) => number): string {
  return line.replace(` ${checksumOf(line)} 0 `, ` ${change(checksumOf(line))} 0 `);
}
