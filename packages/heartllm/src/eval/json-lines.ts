import { type FileHandle, open } from 'node:fs/promises';
import { crc32, isMissing, jsonObject, parseJson } from '@heartllm/source';

/** What ends each line: CRC-32 of the line without it. */
const CHECKSUM = /,"crc32":"([0-9a-f]{8})"\}$/;
const BREAK = 0x0a;

/**
 * A file of results as lines of JSON, appended while a run makes them, each with a checksum and flushed: after a kill, or where a byte has changed, the
 * run continues from the last line that is whole.
 */
export class JsonLines {
  /** The whole lines that were there, from the beginning to the first that is not. */
  readonly restored: readonly unknown[];
  /** Line from 1 that is there to its end, and is not what was written. */
  readonly damaged: number | undefined;
  readonly #path: string;
  /** Where each restored line ends, in bytes. */
  readonly #ends: number[];
  #file: FileHandle | undefined;
  #length: number;

  private constructor(path: string, { values, ends, damaged }: WholeLines) {
    this.#path = path;
    this.restored = values;
    this.damaged = damaged;
    this.#ends = ends;
    this.#length = ends.at(-1) ?? 0;
  }

  /** Reads the file, if there is one; nothing is changed yet. */
  static async read(path: string): Promise<JsonLines> {
    return new JsonLines(path, wholeLines(await readIfThere(path)));
  }

  /** Whether there is anything to continue with. */
  get isEmpty(): boolean {
    return this.restored.length === 0;
  }

  /** Keeps so many of the restored lines, and cuts off what follows, to be written anew. */
  async keep(count: number): Promise<void> {
    this.#length = count === 0 ? 0 : this.#ends[count - 1];
    await (await open(this.#path, 'a')).close(); // makes it, where there is none
    const file = await open(this.#path, 'r+'); // unlike 'a' it writes where it is told to
    this.#file = file;
    await file.truncate(this.#length);
  }

  /** Appends values that are not empty objects, all of them or, after a kill, the first few, and flushes them to the disk. */
  async append(values: readonly object[]): Promise<void> {
    const bytes = new TextEncoder().encode(values.map(toLine).join(''));
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#file!.write(bytes, written, bytes.length - written, this.#length + written);
      written += bytesWritten;
    }
    await this.#file!.datasync();
    this.#length += bytes.length;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

interface WholeLines {
  values: unknown[];
  ends: number[];
  damaged?: number;
}

function wholeLines(bytes: Buffer): WholeLines {
  const lines: WholeLines = { values: [], ends: [] };
  for (let from = 0; ; ) {
    const end = bytes.indexOf(BREAK, from);
    if (end < 0) return lines; // the end, or a line that was being written
    const value = parse(bytes.subarray(from, end));
    if (value === undefined) return { ...lines, damaged: lines.values.length + 1 };
    lines.values.push(value);
    from = end + 1;
    lines.ends.push(from);
  }
}

function toLine(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"crc32":"${checksum(Buffer.from(text))}"}\n`;
}

/** Undefined for what is not as it was written. */
function parse(line: Buffer): unknown {
  const text = line.toString('utf8');
  const found = CHECKSUM.exec(text);
  if (!found) return undefined;
  const before = Buffer.concat([line.subarray(0, line.length - found[0].length), Buffer.from('}')]);
  if (checksum(before) !== found[1]) return undefined;
  const { crc32: _, ...value } = jsonObject(parseJson(text, 'a line'), 'a line');
  return value;
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}
