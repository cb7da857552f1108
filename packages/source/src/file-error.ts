/** Where in a file something is wrong, or which option of a call. */
export interface FilePlace {
  /** Path inside the source, or of the file to be written. */
  file: string;
  /** Line of a text file, from 1. */
  line?: number;
  /** Field of a header or a JSON file, column, tensor, option of the call, by name. */
  field?: string;
  /** Byte offset in a binary file, from 0. */
  offset?: number;
}

/** What should stand there, and what stands there instead, in words. */
export interface Expectation {
  expected: string;
  found: string;
}

/**
 * A file, or a request for a part of it, is wrong. The message names the place, what was expected and what was found:
 * `config.json, levels: expected an array of numbers, found "6"`.
 */
export class FileError extends Error {
  /** Tells errors apart where `instanceof` cannot: two copies of the package. */
  override readonly name: string = 'FileError';
  /** Path inside the source, or of the file to be written. */
  readonly file: string;
  /** Line of a text file, from 1. */
  readonly line?: number;
  /** Field of a header or a JSON file, column, tensor, option of the call, by name. */
  readonly field?: string;
  /** Byte offset in a binary file, from 0. */
  readonly offset?: number;
  /** What should stand there, in words. */
  readonly expected?: string;
  /** What stands there, in words, shortened. */
  readonly found?: string;

  constructor(place: FilePlace, what: string | Expectation, options?: ErrorOptions) {
    const message = typeof what === 'string' ? what : `expected ${what.expected}, found ${what.found}`;
    super(`${describePlace(place)}: ${message}`, options);
    this.file = place.file;
    this.line = place.line;
    this.field = place.field;
    this.offset = place.offset;
    if (typeof what === 'string') return;
    this.expected = what.expected;
    this.found = what.found;
  }
}

/** The place in words, as it begins a message: `rec.hea line 2, gain`. */
export function describePlace({ file, line, field, offset }: FilePlace): string {
  const where = [
    line === undefined ? file : `${file} line ${line}`,
    field === undefined ? undefined : printable(field),
    offset === undefined ? undefined : `byte ${offset}`,
  ];
  return where.filter((part) => part !== undefined).join(', ');
}

/** Fields may be names out of the file, of leads or of entries in an archive. */
function printable(field: string): string {
  return field.length > LONGEST_QUOTE || UNPRINTABLE.test(field) ? quote(field) : field;
}

const LONGEST_QUOTE = 40;
/** Control characters, line breaks, and what turns the direction of text round. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Text from a file, fit for an error message: quoted, unprintable characters escaped, not longer than 40 characters. */
export function quote(text: string): string {
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1)}…` : text;
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(shown).replace(new RegExp(UNPRINTABLE, 'gu'), escaped);
}

/**
 * A message without what it quotes: text from a file may be somebody's name or a date. What stands in "" becomes 'something else'.
 */
export function withoutQuotes(message: string): string {
  return message.replace(/"(?:[^"\\]|\\.)*"/g, 'something else');
}

/** Any value that JSON gave, fit for an error message: `"6"`, `[1,2,…`, `an object`. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
