import { FileError, quote, show } from './file-error.ts';
import { assertSource, type Source } from './source.ts';

/** What a schema library offers to check a value with (valibot, zod and others): https://standardschema.dev, version 1. */
export interface JsonSchema<T> {
  readonly '~standard': {
    /** Gives the value as the schema has it, or what is wrong with it. */
    readonly validate: (value: unknown) => SchemaResult<T> | Promise<SchemaResult<T>>;
  };
}

type SchemaResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] }[] };

/** Larger than any file of settings, tokenizer (17 MB for Llama-3) or index. */
const LARGEST = 1 << 28;
/** Deeper than anybody writes by hand, and far from what overflows a stack. */
const DEEPEST = 128;

/**
 * Reads a JSON file: UTF-8, at most 256 MB, at most 128 levels deep.
 *
 * @param path inside the source
 * @param schema what the value has to be; anything by default
 * @throws FileError for a file that is larger, deeper, or not JSON, naming line and column; and for a value that the schema refuses, naming the field
 * @throws what the source throws for a file that is missing or cannot be read
 */
export async function readJson<T = unknown>(source: Source, path: string, schema?: JsonSchema<T>): Promise<T> {
  assertSource(source, 'readJson');
  const bytes = await source.read(path, 0, LARGEST + 1);
  if (bytes.length > LARGEST)
    throw new FileError({ file: path }, `expected at most ${LARGEST} bytes of JSON, found more`);
  const value = parseJson(bytes, path);
  return schema ? await checkJson(value, path, schema) : (value as T);
}

/**
 * Parses JSON out of a file, at most 128 levels deep.
 *
 * @param content text, or bytes in UTF-8, with or without a byte order mark
 * @param file for messages
 * @throws FileError for what is deeper or not JSON, naming line and column
 */
export function parseJson(content: string | Uint8Array, file: string): unknown {
  const text = typeof content === 'string' ? content : decode(content, file);
  checkDepth(text, file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Engines word this differently and quote the file; the place and the character there say as much.
    const at = /position (\d+)/.exec((cause as Error).message)?.[1];
    throw new FileError(at ? placeOf(text, Number(at), file) : { file }, reason(text, at), { cause });
  }
}

/**
 * A value as a schema of valibot, zod or another library wants it.
 *
 * @throws FileError naming the first field that is wrong
 */
export async function checkJson<T>(value: unknown, file: string, schema: JsonSchema<T>): Promise<T> {
  const result = await schema['~standard'].validate(value);
  if (!result.issues) return result.value;
  const [{ message, path = [] }] = result.issues;
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  throw new FileError({ file, field: keys.length > 0 ? keys.join('.') : undefined }, message);
}

/** An object that is no array. @throws FileError for anything else */
export function jsonObject(value: unknown, file: string, field?: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new FileError({ file, field }, { expected: 'a JSON object', found: show(value) });
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError({ file }, 'expected JSON in UTF-8, found bytes that are not UTF-8', { cause });
  }
}

/** JSON.parse itself takes any depth; what walks over its value afterwards does not. */
function checkDepth(text: string, file: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      depth++;
      if (depth > DEEPEST)
        throw new FileError(placeOf(text, i, file), `expected at most ${DEEPEST} levels of JSON, found more`);
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) depth--;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** Where the closing quote of a string stands; the text's end where it is missing. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function placeOf(text: string, at: number, file: string) {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { file, line, field: `column ${at - before.lastIndexOf('\n')}` };
}

/** What Python's json module writes and JSON does not have. */
const NO_NUMBER = /[:,[]\s*(NaN|-?Infinity)/;

function reason(text: string, at: string | undefined): string {
  if (text.trim() === '') return 'expected JSON, found an empty file';
  const [, python] = NO_NUMBER.exec(text) ?? [];
  if (python) return `expected JSON, found ${python}, which Python writes and JSON does not have`;
  const rest = at ? text.slice(Number(at), Number(at) + 20) : '';
  return rest ? `expected JSON, found ${quote(rest)}` : 'expected JSON, found an unfinished file';
}
