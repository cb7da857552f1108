import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileError, jsonObject, memorySource, parseJson, readJson } from '../src/index.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  test('gives what JSON.parse gives, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(text, 'a.json')).toEqual(JSON.parse(text));
        expect(parseJson(new TextEncoder().encode(`\ufeff${text}`), 'a.json')).toEqual(JSON.parse(text));
      }),
    );
  });

  test('brackets inside strings are no levels', () => {
    const text = JSON.stringify({ a: '['.repeat(1000), 'b\\"[[': '\\', c: `\\"${'{'.repeat(500)}` });
    expect(parseJson(text, 'a.json')).toEqual(JSON.parse(text));
  });

  test('at most 128 levels', () => {
    expect(parseJson(nested(128), 'a.json')).toBeInstanceOf(Array);
    expect(() => parseJson(nested(129), 'a.json')).toThrow(
      'a.json line 1, column 129: expected at most 128 levels of JSON',
    );
    expect(() => parseJson('{"a":'.repeat(200_000), 'a.json')).toThrow('expected at most 128 levels');
    expect(() => parseJson('"'.concat('['.repeat(300)), 'a.json')).toThrow(FileError);
  });

  test.each([
    ['', 'a.json: expected JSON, found an empty file'],
    ['{"a": NaN}', 'found NaN, which Python writes and JSON does not have'],
    ['{"a": -Infinity}', 'found -Infinity, which Python writes'],
    ['{\n "a": 1,,\n}', 'a.json line 2, column'],
    ['{"a": 1', 'a.json'],
    ['{"a": "1', 'a.json'],
  ])('%j is one clear error', (text, message) => {
    expect(() => parseJson(text, 'a.json')).toThrow(message);
    expect(() => parseJson(text, 'a.json')).toThrow(FileError);
  });

  test('bytes that are not UTF-8', () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), 'a.json')).toThrow('a.json: expected JSON in UTF-8');
  });
});

describe('readJson', () => {
  const source = memorySource({ 'config.json': '{"levels": "six"}' });

  test('reads any value, and leaves a missing file to the source', async () => {
    expect(await readJson(source, 'config.json')).toEqual({ levels: 'six' });
    await expect(readJson(source, 'none.json')).rejects.toMatchObject({ reason: 'missing' });
  });

  test('names the field that a schema refuses', async () => {
    const schema = {
      '~standard': {
        validate: () => ({ issues: [{ message: 'expected numbers, found "six"', path: ['levels', { key: 0 }] }] }),
      },
    };
    await expect(readJson(source, 'config.json', schema)).rejects.toMatchObject({
      message: 'config.json, levels.0: expected numbers, found "six"',
      file: 'config.json',
      field: 'levels.0',
    });
  });

  test('jsonObject takes objects and nothing else', () => {
    expect(jsonObject({ a: 1 }, 'a.json')).toEqual({ a: 1 });
    for (const value of [null, [], 'x', 1, undefined]) {
      expect(() => jsonObject(value, 'a.json', 'rope')).toThrow('a.json, rope: expected a JSON object, found');
    }
  });
});
