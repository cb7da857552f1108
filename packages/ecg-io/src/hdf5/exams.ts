import { type Axes, findAxes, leadNames } from '../array/axes.ts';
import { stridesOf, takeSignals } from '../array/signals.ts';
import { EcgFileError, type FilePlace } from '../file-error.ts';
import { plainRecord, recordName } from '../plain-record.ts';
import type { EcgRecord } from '../record.ts';
import { quote } from '../wfdb/error.ts';
import { type Hdf5Layout, withoutPadding } from './layout.ts';
import type { Dataset } from './opened-dataset.ts';

/** Of one exam: six hours of 12 leads at 500 Hz in int16. CODE's have 200 KB. */
const LARGEST_EXAM = 1 << 28;
/** Exams that share chunks are read together, up to 64 MiB, so that no chunk is unpacked once per exam. */
const LARGEST_BATCH = 1 << 26;
/** CODE, the whole of it, has 2.3 million. */
const MOST_EXAMS = 10_000_000;
const IDS_AT_ONCE = 4096;

/** The datasets of an open file, and how to close it. */
interface Open {
  tracings: Dataset;
  ids: Dataset | undefined;
  /** Of the leads, where an attribute says so: one, or one for each. */
  units: string[] | undefined;
  close(): Promise<void>;
}

/** The exams of an open HDF5 file, by index, by id, or one after the other with `for await`. */
export class Hdf5Exams implements AsyncIterable<EcgRecord> {
  /** How many exams there are. */
  readonly length: number;
  /** Names of the leads, in the order of the file. */
  readonly leads: readonly string[];
  readonly #path: string;
  readonly #layout: Hdf5Layout;
  readonly #open: Open;
  readonly #axes: Axes;
  readonly #units: string | undefined | string[];
  /** How many exams are read together. */
  readonly #together: number;
  readonly #names = new Map<number, string>();
  #batch: { start: number; numbers: ArrayLike<number> } | undefined;
  #indices: Map<string, number | number[]> | undefined;
  #closed: Promise<void> | undefined;

  /** @internal made by openHdf5 */
  constructor(path: string, layout: Hdf5Layout, open: Open) {
    const { tracings, ids } = open;
    const { shape, chunks, bytes } = tracings;
    const place = { file: path, field: layout.tracings ?? 'tracings' };
    if (!tracings.numbers) throw new EcgFileError(place, 'expected numbers, found strings');
    const axes = findAxes(shape, layout.axes, layout.leads?.length, place);
    const { exam, sample, lead } = axes;
    const leads = lead === undefined ? 1 : shape[lead];
    this.length = exam === undefined ? 1 : shape[exam];
    const examBytes = shape[sample] * leads * bytes;
    if (this.length > MOST_EXAMS || examBytes > LARGEST_EXAM) {
      const limit = `at most ${MOST_EXAMS} exams of ${LARGEST_EXAM} bytes each are read`;
      throw new EcgFileError(place, `${limit}, the shape is [${shape.join(', ')}] of ${bytes} bytes`);
    }
    const idCount = ids?.shape.reduce((product, n) => product * n, 1);
    if (ids && (ids.shape[0] !== this.length || idCount !== this.length)) {
      const found = `ids of shape [${ids.shape.join(', ')}]`;
      throw new EcgFileError(
        { file: path, field: layout.ids ?? 'exam_id' },
        `expected ${this.length} ids, found ${found}`,
      );
    }
    const perChunk = exam === undefined || !chunks ? 1 : Math.min(chunks[exam], this.length);
    this.#together = perChunk * examBytes <= LARGEST_BATCH ? Math.max(1, perChunk) : 1;
    this.leads = leadNames(layout.leads, leads, place);
    this.#path = path;
    this.#layout = layout;
    this.#open = open;
    this.#axes = axes;
    this.#units = layout.units ?? unitsOf(open, leads, place);
  }

  /**
   * The exam at an index, from 0.
   *
   * @returns in the layout's units, by default the file's; its name is the exam's id
   * @throws EcgFileError if there is none, its part of the file is damaged, or the file is closed
   */
  async record(index: number): Promise<EcgRecord> {
    const name = await this.id(index);
    const { fs = 400, scale = 1, padding = 'keep' } = this.#layout;
    const whole = await this.#signals(index, scale);
    const signal = padding === 'trim' ? withoutPadding(whole) : whole;
    const units = this.#units;
    // CODE has floats in mV, artefacts beyond 20 mV among them.
    const isKnownLayout = this.#layout.tracings === undefined && this.#open.tracings.numbers?.kind === 'float';
    const leads = [...this.leads];
    return plainRecord({ name, format: 'hdf5', fs, leads, units, isKnownLayout, signal, scale });
  }

  /**
   * The exam with an id. The first call reads all ids.
   *
   * @throws EcgFileError if there is none, or several have it
   */
  async byId(id: string | number | bigint): Promise<EcgRecord> {
    this.#indices ??= await this.#indexIds();
    const found = this.#indices.get(String(id));
    if (found === undefined) {
      throw new EcgFileError({ file: this.#path }, `no exam ${quote(String(id))} among ${this.length}`);
    }
    if (typeof found === 'number') return this.record(found);
    const message = `exam ${quote(String(id))} is there ${found.length} times; ask for it by index: ${found.slice(0, 20).join(', ')}`;
    throw new EcgFileError({ file: this.#path }, message);
  }

  /**
   * The id of an exam, which is its record's name; where the file has no ids, the file's name and the index.
   *
   * @throws EcgFileError if there is no exam at the index, or the file is closed
   */
  async id(index: number): Promise<string> {
    if (this.#closed) throw new EcgFileError({ file: this.#path }, 'is closed');
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      const found = `found ${index}`;
      throw new EcgFileError({ file: this.#path, field: 'index' }, `expected an index below ${this.length}, ${found}`);
    }
    const { ids } = this.#open;
    if (!ids) return `${recordName(this.#path)}-${index}`;
    if (!this.#names.has(index)) {
      const start = index - (index % IDS_AT_ONCE);
      const rest = ids.shape.slice(1);
      const count = [Math.min(IDS_AT_ONCE, this.length - start), ...rest];
      const names = await ids.readNames({ offset: [start, ...rest.map(() => 0)], count });
      for (const [i, name] of names.entries()) this.#names.set(start + i, name);
    }
    return this.#names.get(index)!;
  }

  /** All exams in the order of the file, one at a time. */
  async *[Symbol.asyncIterator](): AsyncIterator<EcgRecord> {
    for (let index = 0; index < this.length; index++) yield await this.record(index);
  }

  /** Gives the file back; a second call does nothing. */
  close(): Promise<void> {
    this.#batch = undefined;
    this.#closed ??= this.#open.close();
    return this.#closed;
  }

  /** Where each id is; of one that several exams have all places. */
  async #indexIds(): Promise<Map<string, number | number[]>> {
    const indices = new Map<string, number | number[]>();
    for (let index = 0; index < this.length; index++) {
      const id = await this.id(index);
      const before = indices.get(id);
      indices.set(id, before === undefined ? index : [before, index].flat());
    }
    return indices;
  }

  async #signals(index: number, scale: number): Promise<Float32Array[]> {
    const { tracings } = this.#open;
    const { exam, sample, lead } = this.#axes;
    const start = index - (index % this.#together);
    const offset = tracings.shape.map(() => 0);
    const count = [...tracings.shape];
    if (exam !== undefined) {
      offset[exam] = start;
      count[exam] = Math.min(this.#together, this.length - start);
    }
    if (this.#batch?.start !== start) {
      this.#batch = { start, numbers: await tracings.readNumbers({ offset, count }) };
    }
    const strides = stridesOf(count);
    const grid = {
      offset: exam === undefined ? 0 : (index - start) * strides[exam],
      samples: tracings.shape[sample],
      sampleStride: strides[sample],
      leads: this.leads.length,
      leadStride: lead === undefined ? 0 : strides[lead],
    };
    return takeSignals(this.#batch.numbers, grid, scale);
  }
}

/** The file's own units. */
function unitsOf({ units }: Open, leads: number, place: FilePlace): string | undefined | string[] {
  if (!units || units.length === 0) return undefined;
  if (units.length === 1) return units[0];
  if (units.length === leads) return units;
  throw new EcgFileError(place, `expected one unit, or one for each of the ${leads} leads, found ${units.length}`);
}
