import type { Source } from '@heartllm/ecg-io';
import { DatasetError, type ReaderOptions } from '../error.ts';
import { textOf } from './text.ts';

/** The largest entry of the published lists has two kilobytes; an entry beyond this is no entry. */
const LONGEST_ENTRY = 1 << 20;

/** One object of a JSON list, and the line of the file on which it begins. */
export interface ListEntry {
  value: Record<string, unknown>;
  line: number;
}

/**
 * The objects of a JSON list, one at a time: lists of questions have 100 MB. What JSON does not allow inside an object
 * goes to `onProblem`.
 *
 * @throws DatasetError where the file is no list of objects
 */
export async function* readJsonList(
  source: Source,
  file: string,
  { onProblem }: ReaderOptions = {},
): AsyncGenerator<ListEntry> {
  const scanner = new ListScanner(file);
  for await (const text of textOf(source, file)) {
    for (const { text: object, line } of scanner.push(text)) {
      try {
        yield { value: JSON.parse(object) as Record<string, unknown>, line };
      } catch (cause) {
        if (!(cause instanceof SyntaxError)) throw cause;
        // What the parser says quotes the text, and with it whoever is in there.
        const problem = new DatasetError({ file, line }, 'expected an object in JSON, found something else', { cause });
        if (!onProblem) throw problem;
        onProblem(problem);
      }
    }
  }
  scanner.end();
}

/** Cuts the text of a JSON list into its objects, wherever the pieces of the text end. */
class ListScanner {
  readonly #file: string;
  #state: 'before' | 'inside' | 'after' = 'before';
  #line = 1;
  #depth = 0; // of braces and brackets within the list
  #inString = false;
  #escaped = false;
  #object = ''; // the part of the current object that earlier pieces held
  #objectLine = 1;

  constructor(file: string) {
    this.#file = file;
  }

  *push(text: string): Generator<{ text: string; line: number }> {
    let begin = this.#depth > 0 ? 0 : -1;
    for (let i = 0; i < text.length; i++) {
      const char = text[i];
      if (char === '\n') this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (char === '\\') this.#escaped = true;
        else if (char === '"') this.#inString = false;
      } else if (this.#depth > 0) {
        if (char === '"') this.#inString = true;
        else if (char === '{' || char === '[') this.#depth++;
        else if ((char === '}' || char === ']') && --this.#depth === 0) {
          yield { text: this.#object + text.slice(begin, i + 1), line: this.#objectLine };
          this.#object = '';
          begin = -1;
        }
      } else if (char === '{' && this.#state === 'inside') {
        this.#depth = 1;
        this.#objectLine = this.#line;
        begin = i;
      } else {
        this.#between(char);
      }
    }
    if (begin >= 0) this.#object += text.slice(begin);
    if (this.#object.length > LONGEST_ENTRY) {
      const place = { file: this.#file, line: this.#objectLine };
      throw new DatasetError(place, `expected an entry of at most ${LONGEST_ENTRY} characters`);
    }
  }

  end(): void {
    if (this.#state !== 'after')
      throw new DatasetError({ file: this.#file, line: this.#line }, 'the list does not end');
  }

  #between(char: string): void {
    if (/\s/.test(char) || (char === ',' && this.#state === 'inside')) return;
    if (char === '[' && this.#state === 'before') this.#state = 'inside';
    else if (char === ']' && this.#state === 'inside') this.#state = 'after';
    else throw new DatasetError({ file: this.#file, line: this.#line }, 'expected a list of objects in JSON');
  }
}
