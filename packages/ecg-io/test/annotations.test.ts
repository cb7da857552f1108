import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import {
  ANNOTATION_LABELS,
  type AnnotationInput,
  type AnnotationLabel,
  type Annotations,
  encodeAnnotations,
  memorySource,
  parseAnnotations,
  readAnnotations,
  WfdbError,
  waveIntervals,
} from '../src/index.ts';
import { sha256 } from './expected.ts';

type Row = [
  sample: number,
  symbol: string,
  labelStore: number,
  subtype: number,
  chan: number,
  num: number,
  note: string,
];

interface Golden {
  read: {
    file: string;
    count: number;
    fs: number | null;
    customLabels: AnnotationLabel[];
    sha256_sample_i64le: string;
    sha256_label_store_i32le: string;
    first: Row[];
    last: Row[];
  }[];
  written: { case: string; input: AnnotationInput; hex: string }[];
}

const fixtures = testFiles(import.meta.url, './fixtures/');
const golden: Golden = JSON.parse(new TextDecoder().decode(await fixtures.read('expected-annotations.json')));

function read(file: string): Promise<Annotations> {
  const dot = file.lastIndexOf('.');
  return readAnnotations(fixtures, file.slice(0, dot), file.slice(dot + 1));
}

function rows({ sample, symbol, labelStore, subtype, chan, num, auxNote }: Annotations): Row[] {
  return sample.map((at, i) => [at, symbol[i], labelStore[i], subtype[i], chan[i], num[i], auxNote[i]]);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Words of 16 bits: a code above 10 bits. */
function words(...values: ([code: number, value: number] | number)[]): Uint8Array {
  const flat = values.map((value) => (typeof value === 'number' ? value : (value[0] << 10) | value[1]));
  return new Uint8Array(Uint16Array.from(flat).buffer);
}

describe('annotations are those of wfdb-python 4.3.1', () => {
  test.each(golden.read)('$file', async (expected) => {
    const annotations = await read(expected.file);
    const all = rows(annotations);
    expect(all).toHaveLength(expected.count);
    expect(all.slice(0, 20)).toEqual(expected.first);
    expect(all.slice(-20)).toEqual(expected.last);
    expect(await sha256(BigUint64Array.from(annotations.sample, BigInt))).toBe(expected.sha256_sample_i64le);
    expect(await sha256(Int32Array.from(annotations.labelStore))).toBe(expected.sha256_label_store_i32le);
    expect(annotations.fs ?? null).toBe(expected.fs);
    expect(annotations.customLabels).toEqual(expected.customLabels);
    expect(annotations.warnings).toEqual(expected.fs === null ? [expect.stringContaining('huge.hea')] : []);
  });

  test.each(golden.written)('written byte for byte: $case', ({ input, hex: expected }) => {
    expect(hex(encodeAnnotations(input))).toBe(expected);
  });

  test.each(golden.read)('$file survives being written and read', async ({ file }) => {
    const annotations = parseAnnotations(await fixtures.read(file));
    expect(parseAnnotations(encodeAnnotations(annotations))).toEqual(annotations);
  });
});

describe('readAnnotations', () => {
  test.each([
    ['p.hea line 3, file name: p.xyz is a signal file, expected the suffix of an annotation file', 'p', 'xyz'],
    ['p.hea line 2, file name: p.dat is a signal file, expected the suffix of an annotation file', './p.hea', 'dat'],
    ['d/q.hea line 2, file name: d/q.i is a signal file, expected the suffix of an annotation file', 'd/q', 'i'],
    ['d/q.hea line 3, file name: d/q.x is a signal file, expected the suffix of an annotation file', 'd/q', 'x'],
  ])('%s', async (message, name, extension) => {
    const files = {
      'p.hea': 'p 2 1000 8\np.dat 16 1\np.xyz 16 1',
      'd/q.hea': 'q 2 1000 8\nq.i 16 1\nge/q.x 16 1',
      ...Object.fromEntries(['p.dat', 'p.xyz', 'd/q.i', 'd/q.x'].map((file) => [file, new Uint8Array(16).fill(4)])),
    };
    const error = await readAnnotations(memorySource(files), name, extension).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WfdbError);
    expect((error as WfdbError).message).toBe(message);
  });

  test('gives what a label stands for, also one that the file defines', async () => {
    const { symbol, description } = await read('annotations/100.atr');
    expect(description[symbol.indexOf('A')]).toBe('Atrial premature contraction');
    const labels = (await read('annotations/1003.atr')).customLabels;
    const custom = parseAnnotations(encodeAnnotations({ sample: [5, 6], symbol: ['x', 'N'], customLabels: labels }));
    expect(custom.labelStore).toEqual([20, 1]);
    expect(custom.description).toEqual(['signal source change', 'Normal beat']);
  });

  test('a note at sample 0 speaks about the file: a definition, or a comment', async () => {
    const own = await read('annotations/03700181.gqrsh');
    expect(own.fs).toBe(500);
    expect(own.comments).toEqual(['gqrs -H -r 03700181 -o gqrsh\0']);
    const borrowed = await read('annotations/03700181.gqrsl');
    expect(borrowed.fs).toBe(125); // of the header
    expect(borrowed.comments).toEqual(['gqrs -r 03700181 -o gqrsl\0']);
    expect(borrowed.symbol).not.toContain('"');
  });

  test('without a header fs is undefined; a header that is wrong is a warning', async () => {
    const bytes = encodeAnnotations({ sample: [1], symbol: ['N'] });
    expect((await readAnnotations(memorySource({ 'a.atr': bytes }), 'a', 'atr')).fs).toBeUndefined();
    const wrong = await readAnnotations(memorySource({ 'a.atr': bytes, 'a.hea': '' }), 'a.hea', 'atr');
    expect(wrong).toMatchObject({ fs: undefined, sample: [1] });
    expect(wrong.warnings).toEqual(['no sampling frequency: a.hea: is empty: no record line']);
  });

  test('a missing file names itself, a huge one is not read to its end', async () => {
    await expect(readAnnotations(memorySource({}), 'd/a', 'atr')).rejects.toThrow('d/a.atr: no such file in memory');
    await expect(readAnnotations(memorySource({}), '../a', 'atr')).rejects.toThrow(WfdbError);
    const endless = {
      read: async (_: string, from = 0, to = 2 ** 40) => new Uint8Array(to - from),
      size: async () => 2 ** 40,
    };
    await expect(readAnnotations(endless, 'a', 'atr')).rejects.toThrow(
      'expected at most 67108864 bytes of annotations',
    );
  });
});

describe('the words of annot(5)', () => {
  const SKIP = 59 << 10;
  const skip = (ticks: number) => [SKIP, (ticks >> 16) & 0xffff, ticks & 0xffff];

  test('SKIP goes forward, back, and several times over', () => {
    const { sample } = parseAnnotations(
      words(
        [1, 5],
        ...skip(100_000),
        [1, 0],
        ...skip(-70_000),
        [1, 3],
        ...skip(2 ** 31 - 1),
        ...skip(2 ** 31 - 1),
        [1, 0],
        0,
      ),
    );
    expect(sample).toEqual([5, 100_005, 30_008, 30_008 + 2 * (2 ** 31 - 1)]);
  });

  test('CHN and NUM hold, SUB and AUX do not; SUB and NUM are signed, CHN is not', () => {
    const all = rows(
      parseAnnotations(words([1, 1], [60, 0xff], [61, 0x80], [62, 0x3ff], [63, 1], 0x41, [5, 1], [5, 1], [62, 2], 0)),
    );
    expect(all).toEqual([
      [1, 'N', 1, -128, 255, -1, 'A'],
      [2, 'V', 5, 0, 255, -1, ''],
      [3, 'V', 5, 0, 2, -1, ''],
    ]);
  });

  test('a null annotation moves the time and is left out', () => {
    expect(rows(parseAnnotations(words([0, 7], [1, 1], [0, 9], [5, 2], 0)))).toEqual([
      [8, 'N', 1, 0, 0, 0, ''],
      [19, 'V', 5, 0, 0, 0, ''],
    ]);
  });

  test('every label has a code and a symbol of its own', () => {
    expect(ANNOTATION_LABELS).toHaveLength(39);
    const sample = ANNOTATION_LABELS.map((_, i) => i + 1);
    const back = parseAnnotations(encodeAnnotations({ sample, symbol: ANNOTATION_LABELS.map(({ symbol }) => symbol) }));
    expect(back.labelStore).toEqual(ANNOTATION_LABELS.map(({ labelStore }) => labelStore));
  });
});

describe('a file that is wrong', () => {
  const clean = words([28, 18], [1, 59], [1, 293], [5, 292], [1, 284], 0);

  test.each<[string, Uint8Array, string]>([
    [
      'ends inside a SKIP',
      Uint8Array.from([...clean.subarray(0, 10), 0, 0xec, 1, 0]),
      'r.atr, byte 14: truncated: the SKIP at byte 10 needs 4 interval bytes, 2 are left before the file ends at 14',
    ],
    [
      'ends inside a note',
      words([1, 3], [63, 9], 0x4141),
      'r.atr, byte 6: truncated: the note at byte 2 needs 10 bytes, 2 are left before the file ends at 6',
    ],
    [
      'has half a word',
      clean.subarray(0, 9),
      'r.atr, byte 8: expected an even length, found 9 bytes, the last of which is half a word',
    ],
    [
      'begins with a note',
      words([63, 2], 0x4141, 0),
      'r.atr, byte 0: expected an annotation, found code 63, which belongs to one',
    ],
    [
      'is text',
      new TextEncoder().encode('sample,symbol\n18,+\n77,N\n370,N\n662,V\n'),
      'r.atr, byte 0: expected annotations in MIT format, found text',
    ],
    [
      'is text in another language',
      new TextEncoder().encode('<p>Zwölf Schläge, Größe üblich.</p>'),
      'r.atr, byte 0: expected annotations in MIT format, found text',
    ],
  ])('%s: an error', (_, bytes, message) => {
    expect(() => parseAnnotations(bytes, 'r.atr')).toThrow(WfdbError);
    expect(() => parseAnnotations(bytes, 'r.atr')).toThrow(message);
  });

  test.each<[string, Uint8Array, number, string[]]>([
    ['clean', clean, 5, []],
    ['padded with zeros', Uint8Array.from([...clean, 0, 0, 0]), 5, []],
    ['without end mark', clean.subarray(0, 10), 5, ['r.atr: no end mark; the file may be cut short at byte 10']],
    ['empty', new Uint8Array(0), 0, ['r.atr: is empty: no annotations and no end mark']],
    ['an end mark alone', words(0), 0, []],
    [
      'bytes behind the end',
      Uint8Array.from([...clean, 1, 4]),
      5,
      ['r.atr: 2 unread bytes behind the end mark at byte 10'],
    ],
    ['unknown code', words([1, 1], [55, 5], [55, 5], 0), 3, ['r.atr: code 55 has no label; shown as [55]']],
  ])('%s: read, with a warning for what is odd', (_, bytes, count, warnings) => {
    const annotations = parseAnnotations(bytes, 'r.atr');
    expect(annotations.sample).toHaveLength(count);
    expect(annotations.warnings).toEqual(warnings);
  });

  test('definitions that make no sense are warnings', () => {
    const note = (text: string) => [[22, 0], [63, text.length], ...textWords(text)] as [number, number][];
    const { fs, customLabels, warnings, sample } = parseAnnotations(
      words(
        ...note('## time resolution: none'),
        ...note('## annotation type definitions'),
        ...note('42 ! \tbang\n'),
        ...note('99 x far too high'),
        ...note('no number'),
        [1, 3],
        0,
      ),
      'r.atr',
    );
    expect({ fs, customLabels, sample }).toEqual({
      fs: undefined,
      customLabels: [{ labelStore: 42, symbol: '!', description: 'bang' }],
      sample: [3],
    });
    expect(warnings).toEqual([
      'r.atr: expected a time resolution above 0, found "## time resolution: none"; ignored',
      'r.atr: expected a label as in "15 c calibration pulse", found "99 x far too high"; ignored',
      'r.atr: expected a label as in "15 c calibration pulse", found "no number"; ignored',
      'r.atr: the definitions of labels have no end',
    ]);
  });

  function textWords(text: string): number[] {
    return Array.from({ length: Math.ceil(text.length / 2) }, (_, i) => {
      return text.charCodeAt(2 * i) | ((text.charCodeAt(2 * i + 1) || 0) << 8);
    });
  }
});

describe('what cannot be stored is an error that names the annotation', () => {
  test.each<[string, Partial<AnnotationInput>, string]>([
    [
      'half a sample',
      { sample: [1, 2.5] },
      'sample of annotation 1: expected an integer within -9007199254740991..9007199254740991, found 2.5',
    ],
    [
      'unknown symbol',
      { symbol: ['N', '§'] },
      'symbol of annotation 1: no label has the symbol "§"; define it in customLabels',
    ],
    [
      'the null annotation',
      { symbol: ['N', '[0]'] },
      'symbol of annotation 1: no label has the symbol "[0]"; define it in customLabels',
    ],
    ['subtype', { subtype: [0, 128] }, 'subtype of annotation 1: expected an integer within -128..127, found 128'],
    ['chan', { chan: [0, -1] }, 'chan of annotation 1: expected an integer within 0..255, found -1'],
    ['num', { num: [0, -129] }, 'num of annotation 1: expected an integer within -128..127, found -129'],
    [
      'note too long',
      { auxNote: ['', 'x'.repeat(256)] },
      'auxNote of annotation 1: expected at most 255 characters, found 256',
    ],
    ['note not Latin-1', { auxNote: ['', 'Ω'] }, 'auxNote of annotation 1: expected Latin-1 characters, found "Ω"'],
    ['columns of other lengths', { chan: [1] }, 'chan: expected 2 entries, as in sample, found 1'],
    ['fs', { fs: 0 }, 'fs: expected a frequency above 0, found 0'],
    [
      'label code',
      { customLabels: [{ labelStore: 59, symbol: 'x', description: '' }] },
      'custom label 0: expected an integer within 1..58, found 59',
    ],
    [
      'label symbol',
      { customLabels: [{ labelStore: 42, symbol: 'x y', description: '' }] },
      'custom label 0: expected a symbol without spaces, found "x y"',
    ],
    [
      'symbol of two codes',
      {
        sample: [1, 2],
        symbol: ['w', 'w'],
        labelStore: [43, 44],
        customLabels: [
          { labelStore: 42, symbol: 'w', description: 'a' },
          { labelStore: 43, symbol: 'w', description: 'b' },
        ],
      },
      'symbol of annotation 1: "w" is the symbol of the codes 42, 43; say which in labelStore',
    ],
    [
      'a comment that defines',
      { comments: ['## time resolution: 5'] },
      'comment 0: "## time resolution: 5" would be read as a definition; give fs or customLabels',
    ],
    [
      'a note that defines',
      { sample: [0, 1], symbol: ['"', 'N'], auxNote: ['## end of definitions', ''] },
      'auxNote of annotation 0: "## end of definitions" would be read as a definition; give fs or customLabels',
    ],
  ])('%s', (_, change, message) => {
    const input = { sample: [1, 2], symbol: ['N', 'V'], ...change };
    expect(() => encodeAnnotations(input, 'out.atr')).toThrow(`out.atr, ${message}`);
  });

  test('a symbol that was changed counts, not the code it had; where two codes share it, the code counts', () => {
    const read = parseAnnotations(encodeAnnotations({ sample: [1, 2], symbol: ['N', 'x'] }));
    expect(parseAnnotations(encodeAnnotations({ ...read, symbol: ['V', 'x'] })).labelStore).toEqual([5, 37]);
    const customLabels = [{ labelStore: 42, symbol: 'x', description: 'ours' }];
    const input = { sample: [1, 2], symbol: ['x', 'x'], customLabels };
    expect(parseAnnotations(encodeAnnotations(input)).labelStore).toEqual([42, 42]);
    expect(parseAnnotations(encodeAnnotations({ ...input, labelStore: [37, 42] })).labelStore).toEqual([37, 42]);
  });
});

describe('waveIntervals', () => {
  test('LUDB record 1, lead I: onset, peak and offset of every wave', async () => {
    const annotations = await read('ludb/1.i');
    const waves = waveIntervals(annotations);
    expect(waves.slice(0, 4)).toEqual([
      { wave: 'QRS', onset: 641, peak: 664, offset: 690 },
      { wave: 'T', onset: 773, peak: 840, offset: 887 },
      { wave: 'P', onset: 1252, peak: 1282, offset: 1301 },
      { wave: 'QRS', onset: 1324, peak: 1344, offset: 1374 },
    ]);
    expect(
      waves
        .map(({ wave }) => wave)
        .sort()
        .join(''),
    ).toBe('P'.repeat(5) + 'QRS'.repeat(6) + 'T'.repeat(5));
    expect(waves.flatMap(({ onset, peak, offset }) => [onset, peak, offset])).toEqual(annotations.sample);
  });

  test('a boundary that the file lacks is undefined (LUDB 95, lead V6)', async () => {
    const waves = waveIntervals(await read('ludb/95.v6'));
    expect(waves.slice(0, 3)).toEqual([
      { wave: 'QRS', onset: undefined, peak: 785, offset: 866 },
      { wave: 'T', onset: 914, peak: 977, offset: 1027 },
      { wave: 'QRS', onset: undefined, peak: 1285, offset: 1332 },
    ]);
  });

  test('a peak just outside its boundaries keeps them (LUDB 7, lead V1); boundaries without a peak name no wave (LUDB 8, lead V5)', async () => {
    const waves = waveIntervals(await read('ludb/7.v1'));
    expect(waves).toContainEqual({ wave: 'QRS', onset: 1766, peak: 1765, offset: 1796 });
    const last = waveIntervals(await read('ludb/8.v5'));
    expect(last).toContainEqual({ wave: 'QRS', onset: 4398, peak: 4464, offset: 4461 });
    expect(last.some(({ onset }) => onset === 1066)).toBe(false);
  });

  test('any beat is a QRS complex, other marks do not come between, and leads in one file are told apart', () => {
    const sample = [1, 2, 3, 3, 4, 5, 9, 11];
    const symbol = ['(', '(', '+', 'V', 'p', ')', ')', 'u'];
    const chan = [0, 1, 0, 0, 1, 1, 0, 1];
    expect(waveIntervals({ sample, symbol, chan })).toEqual([
      { wave: 'QRS', onset: 1, peak: 3, offset: 9 },
      { wave: 'P', onset: 2, peak: 4, offset: 5 },
      { wave: 'U', onset: undefined, peak: 11, offset: undefined },
    ]);
  });
});
