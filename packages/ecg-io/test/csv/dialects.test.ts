import { describe, expect, test } from 'vitest';
import { type CsvOptions, memorySource, readCsv } from '../../src/index.ts';

const read = (file: string | Uint8Array, options?: CsvOptions) =>
  readCsv(memorySource({ 'a.csv': file }), 'a.csv', options);

/** What was read, in short: rate, leads with units, samples of each lead. */
async function table(file: string | Uint8Array, options?: CsvOptions) {
  const { fs, leads, units, signal } = await read(file, options);
  return [fs, leads.map((lead, i) => `${lead} ${units[i]}`), signal.map((lead) => Array.from(lead))];
}

const ROWS = '0.000,1,2\n0.002,3,4\n0.004,5,6\n';
const SIGNAL = [
  [1, 3, 5],
  [2, 4, 6],
];

describe('character sets and ends of lines', () => {
  const text = `time,I (µV),II (µV)\n${ROWS}`;
  const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const utf16 = (text: string, littleEndian: boolean) => {
    const bytes = new DataView(new ArrayBuffer(2 * text.length));
    for (let i = 0; i < text.length; i++) bytes.setUint16(2 * i, text.charCodeAt(i), littleEndian);
    return new Uint8Array(bytes.buffer);
  };
  test.each<[string, string | Uint8Array]>([
    ['UTF-8', text],
    ['UTF-8 with a byte order mark', `\ufeff${text}`],
    ['UTF-8 with the Greek letter', text.replaceAll('µ', 'μ')],
    ['Latin-1', latin1(text)],
    ['DOS, code page 437', latin1(text.replaceAll('µ', '\xe6'))],
    ['Shift JIS', latin1(text.replaceAll('µ', '\x83\xca'))],
    ['UTF-16 LE', utf16(`\ufeff${text}`, true)],
    ['UTF-16 BE', utf16(`\ufeff${text}`, false)],
    ['UTF-16 LE without a byte order mark', utf16(text, true)],
    ['UTF-16 BE without a byte order mark', utf16(text, false)],
    ['CR alone', text.replaceAll('\n', '\r')],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['UTF-16 LE with CR alone', utf16(`\ufeff${text.replaceAll('\n', '\r')}`, true)],
  ])('%s', async (_name, file) => {
    expect(await table(file)).toEqual([500, ['I uV', 'II uV'], SIGNAL]);
  });

  test.each(['\r', '\r\n', '\n'])(
    'lines are counted alike where %j ends them, on both sides of a piece',
    async (end) => {
      const rows = Array.from({ length: 200_000 }, (_, i) => `${i % 10},1.5`);
      rows[150_000] = '1,x';
      await expect(read(['I,II', ...rows].join(end), { fs: 500 })).rejects.toThrow('a.csv line 150002, II: expected');
    },
  );
});

describe('units', () => {
  test.each<[string, string, string[], CsvOptions?]>([
    ['a comment', `# Units: uV\ntime,I,II\n${ROWS}`, ['I uV', 'II uV']],
    ['a comment in words', `# units = microvolts\ntime,I,II\n${ROWS}`, ['I uV', 'II uV']],
    ['a comment below the names', `time,I,II\n# Unit: µV\n${ROWS}`, ['I uV', 'II uV']],
    ['a comment of MATLAB', `% Units: uV\ntime,I,II\n${ROWS}`, ['I uV', 'II uV']],
    ['a line of its own', `Unit,µV\ntime,I,II\n${ROWS}`, ['I uV', 'II uV']],
    ['a unit for each lead', `# Units: uV, mV\ntime,I,II\n${ROWS}`, ['I uV', 'II mV']],
    ['a unit for each column', `# Units: s;uV;nV\ntime,I,II\n${ROWS}`, ['I uV', 'II nV']],
    ['round brackets', `time (s),I (uV),II(mV)\n${ROWS}`, ['I uV', 'II mV']],
    ['square brackets', `time[s],I [uV],II[ µV ]\n${ROWS}`, ['I uV', 'II uV']],
    ['behind a line or a blank', `time_s,I_uV,II uV\n${ROWS}`, ['I uV', 'II uV']],
    ['behind a stroke', `time/s,I/uV,II/mV\n${ROWS}`, ['I uV', 'II mV']],
    ['a second line', `time,I,II\ns,uV,mV\n${ROWS}`, ['I uV', 'II mV']],
    ['a second line in brackets', `time,I,II\n(s),(uV),[µV]\n${ROWS}`, ['I uV', 'II uV']],
    ['a second line without one for the time', `time,I,II\n,uV,µV\n${ROWS}`, ['I uV', 'II uV']],
    ['units without names', `s,uV,uV\n${ROWS}`, ['lead 1 uV', 'lead 2 uV']],
    ['none, and an ECG in mV', `time,I,II\n${ROWS}`, ['I mV', 'II mV']],
    ['a bare V is no unit of its column', `time,aVL_V,V\n${ROWS}`, ['aVL_V mV', 'V mV']],
    ['the caller has the last word', `# Units: uV\ntime,I (nV),II\n${ROWS}`, ['I mV', 'II mV'], { units: 'mV' }],
  ])('%s', async (_name, file, leads, options) => {
    expect(await table(file, options)).toEqual([500, leads, SIGNAL]);
  });

  test('are unknown, and a warning says so, where values are beyond what an ECG has in mV', async () => {
    const text = 'I,II,III\n1,20,-1523.5\n1,2,nan\n';
    const { units, meta } = await read(text, { fs: 500 });
    expect(units).toEqual(['', '', '']);
    expect(meta.warnings).toEqual(['a: no unit is named, and values up to 1524 cannot be mV: give units']);
    const said = await read(text.replace('III', 'III (uV)'), { fs: 500 });
    expect([said.units, said.meta.warnings]).toEqual([['mV', 'mV', 'uV'], []]);
    const given = await read(text, { fs: 500, units: 'µV' });
    expect([given.units, given.meta.warnings]).toEqual([['uV', 'uV', 'uV'], []]);
    for (const inMillivolts of [
      await read(text, { fs: 500, units: 'mV' }),
      await read(`# Units: mV\n${text}`, { fs: 500 }),
    ]) {
      expect(inMillivolts.units).toEqual(['mV', 'mV', 'mV']);
      expect(inMillivolts.meta.warnings).toEqual(['a: values up to 1524 are more than an ECG has in mV']);
    }
    const scaled = await read(text, { fs: 500, scale: 0.001 });
    expect([scaled.units, scaled.signal[2][0], scaled.meta.gains]).toEqual([
      ['mV', 'mV', 'mV'],
      Math.fround(-1.5235),
      [1000, 1000, 1000],
    ]);
  });

  test('that fit neither leads nor columns are an error', async () => {
    await expect(read(`# Units: uV, mV, nV, V\ntime,I,II\n${ROWS}`)).rejects.toThrow(
      'a.csv, units: expected one unit, or one for each of the 2 leads, found 4',
    );
  });
});

describe('decimal commas', () => {
  test.each([
    ['semicolons', 'time;I;II\n0,000;1,0;2\n0,002;3,0;4e0\n0,004;5;6\n'],
    ['tabs', 'time\tI\tII\n0,000\t1,0\t2,0\n0,002\t3,0\t4,0\n0,004\t5,0\t6,0\n'],
    ['spaces', 'time I II\n0,000 1,0 2,0\n0,002  3,0 4,0\n0,004 5,0 6,0\n'],
  ])('between %s', async (_name, file) => {
    expect(await table(file)).toEqual([500, ['I mV', 'II mV'], SIGNAL]);
  });

  test('of a lone column, with its name', async () => {
    await expect(read('I\n0,512\n-0,25\n', { fs: 500 })).rejects.toThrow(
      'a.csv line 1: expected a name for each of the 2',
    );
    expect(await table('I\n0,512\n-0,25\n', { fs: 500, delimiter: ';' })).toEqual([
      500,
      ['I mV'],
      [[Math.fround(0.512), -0.25]],
    ]);
  });

  test('beside commas that divide are an error', async () => {
    await expect(read('0,512\n-0,025\n', { fs: 500 })).rejects.toThrow(
      'a.csv line 2: expected 2 fields, found commas within numbers, which a comma cannot divide: give delimiter',
    );
    await expect(read('time,I\n0,000,0,512\n0,002,0,025\n')).rejects.toThrow('a.csv line 1: expected a name for each');
  });
});

describe('what stands above the samples', () => {
  test('a watch: free text, settings, a column without a name', async () => {
    const head = 'Name,"Doe, Jane"\nRecorded Date,2020-01-01\nSoftware Version,1.31\nSample Rate,512 hertz\n\n\n';
    const record = await read(`${head}Lead,Lead I\nUnit,µV\n\n-12.5\n13\n`);
    expect([record.fs, record.leads, record.units]).toEqual([512, ['lead 1'], ['uV']]);
    expect(Array.from(record.signal[0])).toEqual([-12.5, 13]);
    expect(JSON.stringify(record)).not.toMatch(/Doe|2020/);
  });

  test('a rate', async () => {
    for (const line of ['# fs: 250', '# Sampling rate = 250 Hz', 'sampling frequency (Hz);250,0']) {
      expect((await read(`${line}\nI;II\n1;2\n`)).fs).toBe(250);
    }
    expect((await read('# fs: 250\nI,II\n1,2\n', { fs: 500 })).fs).toBe(500);
    expect((await read(`# fs: 250\ntime,I,II\n${ROWS}`)).fs).toBe(500);
  });

  test('names in a comment, as savetxt of NumPy writes them; other comments are none', async () => {
    expect(await table(`# time,I,II\n${ROWS}`)).toEqual([500, ['I mV', 'II mV'], SIGNAL]);
    expect(await table(`# by the cart\n${ROWS}`)).toEqual([500, ['lead 1 mV', 'lead 2 mV'], SIGNAL]);
  });

  test('a title', async () => {
    expect(await table(`ECG of the ward\n\ntime,I,II\n${ROWS}`)).toEqual([500, ['I mV', 'II mV'], SIGNAL]);
    expect(await table(`ECG of the ward\n\n${ROWS}`)).toEqual([500, ['lead 1 mV', 'lead 2 mV'], SIGNAL]);
  });

  test.each([
    [
      'names of other columns',
      `time,I\n${ROWS}`,
      'a.csv line 1: expected a name for each of the 3 columns below, found 2',
    ],
    ['a slip in the first sample', `time,I,II\n0,1,2x\n${ROWS}`, 'a.csv line 2, II: expected a number, found "2x"'],
    ['a slip without names', `0.002,1,2x\n${ROWS}`, 'a.csv line 1: expected a number, found "2x"'],
    ['a column of words', 'time,I,beat\n0,1,N\n1,2,V\n', 'a.csv line 2, "beat": expected a number, found "N"'],
    ['a letter', 'Dear colleague,\nall is well, thank you.\n', 'a.csv: holds no samples: expected a column of numbers'],
    ['a book', 'so it goes on\n'.repeat(1000), 'a.csv: holds no samples: expected a column of numbers'],
    ['bytes', '\0\x01\x02PK\x03', 'a.csv: holds no samples: expected a column of numbers'],
  ])('%s: an error', async (_name, file, message) => {
    const error = await read(file).then(String, (error: Error) => error.message);
    expect(error.slice(0, message.length)).toBe(message);
  });
});

test('without names a first column that rises evenly is no lead, given the rate or one name less', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${(i / 500).toFixed(3)},${i % 7},${i % 5}`).join('\n');
  const record = await read(rows, { fs: 500, leads: ['II', 'V1'] });
  expect(record.leads).toEqual(['II', 'V1']);
  expect(Array.from(record.signal[1].slice(0, 6))).toEqual([0, 1, 2, 3, 4, 0]);
  expect(record.meta.warnings).toEqual([
    'a.csv: the first column rises evenly: it is taken for the time, and for no lead',
  ]);
  expect((await read(rows, { fs: 500, leads: ['a', 'b', 'c'] })).leads).toEqual(['a', 'b', 'c']);
  expect((await read(rows, { fs: 500 })).leads).toEqual(['lead 1', 'lead 2']);
  const twelve = rows.replaceAll('\n', ',3,4,5,6,7,8,9,0,1,2\n');
  expect((await read(`${twelve},3,4,5,6,7,8,9,0,1,2`, { fs: 500 })).leads.join(' ')).toBe(
    'I II III AVR AVL AVF V1 V2 V3 V4 V5 V6',
  );
});

test('leads that the file names are chosen by name, others are names for all', async () => {
  const text = `time,I,II,v1\n0.000,1,2,3\n0.002,4,5,6\n`;
  expect(await table(text, { leads: ['V1', 'I'] })).toEqual([
    500,
    ['v1 mV', 'I mV'],
    [
      [3, 6],
      [1, 4],
    ],
  ]);
  expect(await table(text, { leads: ['aVR', 'aVL', 'aVF'] })).toEqual([
    500,
    ['aVR mV', 'aVL mV', 'aVF mV'],
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
  ]);
  await expect(read(text, { leads: ['V1', 'V2'] })).rejects.toThrow('a.csv: 2 lead names were given, the file has 3');
  await expect(read(text.replace('II', 'I'), { leads: ['I'] })).rejects.toThrow(
    'a.csv, leads: lead "I" is there 2 times',
  );
});

test('without names and rate the first column should be the time', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5}`).join('\n');
  await expect(read(rows)).rejects.toThrow(
    'a.csv, fs: without names the first column should be the time, but it does not rise evenly: give fs',
  );
});

test('a date for a time does no harm where the rate is given', async () => {
  const rows = 'timestamp,I\n2020-01-01 10:00:00.000,1\n2020-01-01 10:00:00.002,2\n';
  expect(await table(rows, { fs: 500 })).toEqual([500, ['I mV'], [[1, 2]]]);
  await expect(read(rows)).rejects.toThrow('a.csv line 2, time: expected a number, found "2020-01-01 10:00:00.000"');
});
