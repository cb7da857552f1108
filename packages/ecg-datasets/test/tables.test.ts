import { DatasetError, openPtbxl, readEcgQa, readHeartLlmReports } from '@heartllm/ecg-datasets';
import { memorySource } from '@heartllm/ecg-io';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../src/tables/csv.ts';
import { readJsonList } from '../src/tables/json-list.ts';
import { all } from './helpers/all.ts';

const CHUNK = 1 << 20;

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

describe('CSV', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'ß', '😀', '"', ',', '\n', ';', ' ', '1'), maxLength: 6 });
  const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 });

  test('what is written by RFC 4180 is read back, with the line on which each row begins', async () => {
    const check = async (rows: string[][], newline: string, mark: string, end: string) => {
      const text = [['a', 'b', 'c'], ...rows].map((cells) => cells.map(quoted).join(',')).join(newline);
      const read = await all(readCsv(memorySource({ t: mark + text + end }), 't', ['c', 'a']));
      expect(read.map((row) => ['a', 'b', 'c'].map((column) => row.text(column)))).toEqual(rows);
      let line = 2;
      expect(read.map((row) => row.line)).toEqual(
        rows.map((cells) => {
          const begin = line;
          line += 1 + cells.join('').split('\n').length - 1;
          return begin;
        }),
      );
    };
    const newline = fc.constantFrom('\n', '\r\n');
    const mark = fc.constantFrom('', '\ufeff');
    await fc.assert(
      fc.asyncProperty(table, newline, mark, fc.boolean(), (rows, line, bom, ends) =>
        check(rows, line, bom, ends ? line : ''),
      ),
    );
  });

  test('a cell, a quote and a letter of several bytes go on where a piece of the file ends', async () => {
    for (const before of [5, 4, 3, 2, 1, 0]) {
      const filler = 'x'.repeat(CHUNK - 'a,b\n,"ä""\n'.length - before);
      const text = `a,b\n${filler},"ä""\nö,"\nlast,row\n`;
      const rows = await all(readCsv(memorySource({ t: text }), 't', ['a', 'b']));
      expect(rows.map((row) => [row.text('a').slice(0, 4), row.text('b'), row.line])).toEqual([
        ['xxxx', 'ä"\nö,', 2],
        ['last', 'row', 4],
      ]);
    }
  });

  test('a table of 9 MB comes row by row: the first one before the rest is read', async () => {
    const source = memorySource({ t: `a,b\n${'1,2\n'.repeat(2.25e6)}` });
    let bytes = 0;
    const counting = {
      size: source.size,
      async read(path: string, start?: number, end?: number) {
        const found = await source.read(path, start, end);
        bytes += found.length;
        return found;
      },
    };
    for await (const row of readCsv(counting, 't', ['a'])) {
      expect(row.line).toBe(2);
      break;
    }
    expect(bytes).toBe(CHUNK);
  });

  test('a row with a cell too many is named and left out where somebody takes the problem', async () => {
    const source = memorySource({ 't.csv': 'a,b\n1,2\n1,2,3\n"x\ny",2\n7\n' });
    await expect(all(readCsv(source, 't.csv', ['a']))).rejects.toThrow('t.csv line 3: expected 2 cells, found 3');
    const problems: DatasetError[] = [];
    const rows = await all(readCsv(source, 't.csv', ['a'], { onProblem: (problem) => problems.push(problem) }));
    expect(rows.map((row) => row.text('a'))).toEqual(['1', 'x\ny']);
    expect(problems.map(({ file, line, detail }) => [file, line, detail])).toEqual([
      ['t.csv', 3, 'expected 2 cells, found 3'],
      ['t.csv', 6, 'expected 2 cells, found 1'],
    ]);
  });

  test('an open quote, other bytes than UTF-8 and an empty file are refused by name', async () => {
    const read = (content: string | Uint8Array) => all(readCsv(memorySource({ 't.csv': content }), 't.csv', ['a']));
    await expect(read('a,b\n"1,2\n3,4\n')).rejects.toThrow(/^t\.csv: .*quote/i);
    await expect(read(new Uint8Array([97, 10, 0xff]))).rejects.toThrow(/^t\.csv: expected text in UTF-8/);
    await expect(read('')).rejects.toThrow('t.csv: expected a header line, found an empty file');
    await expect(read(`a\n"${'x'.repeat(13 << 20)}`)).rejects.toThrow(/t\.csv line 2: .*open quote/);
  });

  test('a table without its header line is refused without showing the first patient', async () => {
    const source = memorySource({ 'scp_statements.csv': 'Jane Doe,1970-01-01\n' });
    await expect(openPtbxl(source)).rejects.toThrow(
      'scp_statements.csv line 1: expected a column "", found 2 other columns',
    );
  });
});

describe('JSON lists', () => {
  const entry = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });

  test('what JSON.stringify writes is read back one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry), fc.constantFrom(0, 1, 4), async (list, space) => {
        const source = memorySource({ l: JSON.stringify(list, null, space) });
        const values = (await all(readJsonList(source, 'l'))).map(({ value }) => value);
        expect(values).toEqual(JSON.parse(JSON.stringify(list)));
      }),
    );
  });

  test('an entry goes on where a piece of the file ends', async () => {
    for (const before of [3, 2, 1, 0]) {
      const filler = ' '.repeat(CHUNK - '[{"a":"\\'.length - before);
      const source = memorySource({ l: `[${filler}{"a":"\\"}{[ä"},\n{"b":{"c":[1]}}]` });
      const entries = await all(readJsonList(source, 'l'));
      expect(entries).toEqual([
        { value: { a: '"}{[ä' }, line: 1 },
        { value: { b: { c: [1] } }, line: 2 },
      ]);
    }
  });

  test('what is no list of objects is refused, naming the line and quoting nothing', async () => {
    const read = (text: string) => all(readJsonList(memorySource({ 'l.json': text }), 'l.json'));
    await expect(read('{"a": 1}')).rejects.toThrow('l.json line 1: expected a list of objects in JSON');
    await expect(read('[\n"Jane Doe"]')).rejects.toThrow('l.json line 2: expected a list of objects in JSON');
    await expect(read('[{"a": Jane}]')).rejects.toThrow('l.json line 1: expected an object in JSON');
    await expect(read('[{"a": 1},\n{"b"')).rejects.toThrow('l.json line 2: the list does not end');
    await expect(read('')).rejects.toThrow('the list does not end');
  });
});

describe('any bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('a', '"', ',', '\n', '\r', '[', ']', '{', '}', ':', '\\', 'ä', '1'),
      maxLength: 60,
    }),
  );

  test('are read or refused with a DatasetError, whatever they are', async () => {
    const settle = async (rows: AsyncIterable<unknown>) => {
      try {
        await all(rows);
      } catch (error) {
        expect(error).toBeInstanceOf(DatasetError);
      }
    };
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (content, takes) => {
        const source = memorySource({ t: content });
        const options = takes ? { onProblem: () => {} } : {};
        await settle(readCsv(source, 't', ['a'], options));
        await settle(readCsv(source, 't', [], options));
        await settle(readJsonList(source, 't', options));
        await settle(readEcgQa(source, 't', { dataset: 'ptb-xl', ...options }));
        await settle(readHeartLlmReports(source, 't', options));
      }),
      { numRuns: 1000 },
    );
  });
});
