import { quote } from '@heartllm/source';
import { DatasetError } from '../error.ts';
import type { ListEntry } from './json-list.ts';

/** One entry of a JSON list; every complaint names file, line and field, and shows nothing that identifies anybody. */
export class Entry {
  readonly file: string;
  readonly line: number;
  readonly #value: Record<string, unknown>;

  constructor(file: string, { value, line }: ListEntry) {
    this.file = file;
    this.line = line;
    this.#value = value;
  }

  raw(field: string): unknown {
    return this.#value[field];
  }

  string(field: string): string {
    const value = this.#value[field];
    if (typeof value !== 'string') throw this.error(field, 'a string');
    return value;
  }

  /** A whole number from 0; '12.0' in Python's lists counts. */
  integer(field: string): number {
    const value = this.#value[field];
    if (!isCount(value)) throw this.error(field, 'a whole number from 0');
    return value;
  }

  strings(field: string): string[] {
    const value = this.#value[field];
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    if (!isList) throw this.error(field, 'a list of strings');
    return value;
  }

  integers(field: string): number[] {
    const value = this.#value[field];
    if (!Array.isArray(value) || !value.every(isCount)) throw this.error(field, 'a list of whole numbers from 0');
    return value;
  }

  /** One of the given words. */
  word<T extends string>(field: string, words: readonly T[]): T {
    const value = this.string(field);
    const found = words.find((word) => word === value);
    if (!found) throw this.error(field, `one of ${words.join(', ')} instead of ${quote(value)}`);
    return found;
  }

  error(field: string, expected: string): DatasetError {
    const value = this.#value[field];
    const found = value === undefined ? ', found none' : '';
    return new DatasetError({ file: this.file, line: this.line, field }, `expected ${expected}${found}`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
