import { show } from '@heartllm/source';
import { LlamaError, mismatch } from './errors.ts';

/** Typed reads of a JSON object's fields; a field that is not there has its default, one that is null has none. */
export class JsonFields {
  readonly json: Readonly<Record<string, unknown>>;
  readonly file: string;
  /** What the names of fields begin with in messages: of an object within the file, with a dot. */
  readonly #within: string;

  /** @param field of the file that holds the object; the file itself by default */
  constructor(json: unknown, file: string, field?: string) {
    if (!isObject(json)) {
      if (field !== undefined) throw mismatch({ file, field }, 'a JSON object', show(json));
      throw new LlamaError(`${file}: expected a JSON object, found ${show(json)}`, { file });
    }
    this.json = json;
    this.file = file;
    this.#within = field === undefined ? '' : `${field}.`;
  }

  /** @throws LlamaError where another value stands than these, of which the first is the default. */
  only(key: string, ...supported: (string | boolean | null)[]): void {
    const value = this.json[key];
    if (value === undefined || (supported as unknown[]).includes(value)) return;
    throw this.wrong(key, `${supported[0]}, which alone is supported`);
  }

  number(key: string, fallback?: number): number {
    const value = this.json[key] === undefined ? fallback : this.json[key];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(key, 'a number');
    return value;
  }

  /** Undefined where the field is null or not there. */
  optionalNumber(key: string): number | undefined {
    return this.json[key] === null || this.json[key] === undefined ? undefined : this.number(key);
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.json[key] === undefined ? fallback : this.json[key];
    if (typeof value !== 'boolean') throw this.wrong(key, 'true or false');
    return value;
  }

  numbers(key: string): number[] {
    const value = this.json[key];
    if (!Array.isArray(value) || !value.every((item) => Number.isFinite(item))) throw this.wrong(key, 'numbers');
    return value as number[];
  }

  /** Null where the field is null or not there. */
  tokenId(key: string): number | null {
    const value = this.json[key] ?? null;
    if (value !== null && !Number.isSafeInteger(value)) throw this.wrong(key, 'a token id');
    return value as number | null;
  }

  /** One id or a list of them; none where the field is null or not there. */
  tokenIds(key: string): number[] {
    const ids: unknown[] = [this.json[key] ?? []].flat();
    if (!ids.every((id) => Number.isSafeInteger(id))) throw this.wrong(key, 'token ids');
    return ids as number[];
  }

  wrong(key: string, expected: string): LlamaError {
    return mismatch({ file: this.file, field: `${this.#within}${key}` }, expected, show(this.json[key]));
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
