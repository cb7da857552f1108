import { EcgFileError } from '../file-error.ts';
import { chooseLeads } from './choose-leads.ts';
import { type Columns, isNumbered, planColumns } from './columns.ts';
import { type Delimiter, hasDecimalCommas, parseNumber, parseTime, sampleDelimiter, splitFields } from './fields.ts';
import { GrowingArray } from './growing-array.ts';
import { type HeadLine, noNumber, noSamples, readHead } from './head.ts';
import type { CsvOptions } from './read-csv.ts';
import { samplingRate, type Times } from './sampling-rate.ts';
import { parseSettings, type Settings } from './settings.ts';

/** Lines above the first sample; Apple's and LabChart's exports have a dozen. */
const MOST_HEAD = 200;
const COMMENT = /^(?:#|%|\/\/)\s*/;

/** Takes a file's lines one after the other. */
export class Table {
  readonly #file: string;
  readonly #options: CsvOptions;
  readonly #head: HeadLine[] = [];
  readonly #settings: Settings = {};
  readonly #comments: string[] = [];
  #delimiter: Delimiter | undefined;
  #columns: Columns | undefined;
  #rate: number | undefined;
  #signal: GrowingArray<Float32Array>[] = [];
  readonly #times = new GrowingArray(new Float64Array(0));
  readonly #lines = new GrowingArray(new Float64Array(0));
  #decimals = 0;

  constructor(file: string, options: CsvOptions) {
    this.#file = file;
    this.#options = options;
  }

  add(text: string, line: number): void {
    const mark = COMMENT.exec(text)?.[0];
    if (mark) {
      this.#comments.push(text.slice(mark.length).trim());
      if (!this.#columns) Object.assign(this.#settings, parseSettings(this.#comments.at(-1)!));
    } else if (text.trim() === '') {
      const last = this.#head.at(-1);
      if (last) last.isApart = true;
    } else if (this.#delimiter && this.#columns) {
      this.#addSample(text, this.#delimiter, this.#columns, line);
    } else {
      this.#addHead(text, line);
    }
  }

  #addHead(text: string, line: number): void {
    const { delimiter: given } = this.#options;
    const delimiter = sampleDelimiter(text, given);
    const fields = delimiter && splitFields(text, delimiter, { file: this.#file, line });
    if (delimiter && fields && !(this.#head.length === 0 && isNumbered(fields))) {
      this.#delimiter = delimiter;
      this.#columns = this.#plan(fields, delimiter, line);
      this.#addSample(text, delimiter, this.#columns, line);
      return;
    }
    const settings = parseSettings(text.trim());
    if (settings) Object.assign(this.#settings, settings);
    else if (this.#head.push({ text, line, isApart: false }) > MOST_HEAD)
      throw noSamples(this.#head, given, this.#file);
  }

  #plan(fields: string[], delimiter: Delimiter, line: number): Columns {
    const place = { file: this.#file };
    const head = readHead(this.#head, this.#comments.at(-1) ?? '', fields, delimiter, this.#file);
    const count = head.titles?.length ?? head.units?.length ?? fields.length;
    const columns = planColumns(count, head, this.#settings, this.#options, place);
    this.#rate = this.#options.fs ?? (columns.time === undefined ? this.#settings.fs : undefined);
    if (columns.time === undefined && this.#rate === undefined) {
      const message = 'no column is called time: give fs, or time with the name or index of the column';
      throw new EcgFileError({ ...place, line, field: 'fs' }, message);
    }
    this.#signal = columns.leads.map(() => new GrowingArray(new Float32Array(0)));
    return columns;
  }

  #addSample(text: string, delimiter: Delimiter, columns: Columns, line: number): void {
    const place = { file: this.#file, line };
    const fields = splitFields(text, delimiter, place);
    const { count, leads, time, timeUnit, names } = columns;
    const { scale = 1 } = this.#options;
    const trailing = fields.length === count + 1 && fields[count] === ''; // a delimiter at the end of the line
    const commas = delimiter === ',' && !text.includes('.') && hasDecimalCommas(fields);
    if (commas || (fields.length !== count && !trailing)) {
      const found = commas ? 'commas within numbers, which a comma cannot divide: give delimiter' : fields.length;
      throw new EcgFileError(place, `expected ${count} fields, found ${found}`);
    }
    for (let i = 0; i < leads.length; i++) {
      const value = parseNumber(fields[leads[i]], delimiter);
      if (value === undefined) throw noNumber(fields[leads[i]], names?.[i], place);
      this.#signal[i].push(value * scale);
    }
    if (time === undefined || this.#options.fs !== undefined) return;
    const seconds = parseTime(fields[time], delimiter);
    if (seconds === undefined || Number.isNaN(seconds)) throw noNumber(fields[time], 'time', place);
    this.#times.push(seconds * timeUnit);
    this.#lines.push(line);
    this.#decimals = Math.max(this.#decimals, decimalsOf(fields[time]));
  }

  #rateOf(times: Times): number {
    try {
      return samplingRate(times, this.#file);
    } catch (error) {
      if (this.#columns?.isNamed || this.#options.time !== undefined) throw error;
      const message = 'without names the first column should be the time, but it does not rise evenly: give fs';
      throw new EcgFileError({ file: this.#file, field: 'fs' }, message, { cause: error });
    }
  }

  finish() {
    if (!this.#columns) throw noSamples(this.#head, this.#options.delimiter, this.#file);
    const { units, timeUnit } = this.#columns;
    const columns = this.#signal.map((lead) => lead.take());
    const times = {
      seconds: this.#times.take(),
      resolution: 10 ** -this.#decimals * timeUnit,
      lines: this.#lines.take(),
    };
    const rate = this.#rate ?? this.#rateOf(times);
    const { names, places, warnings } = chooseLeads(this.#columns, columns, this.#options.leads, this.#file);
    return {
      leads: names,
      units: places.map((lead) => units[lead]),
      signal: places.map((lead) => columns[lead]),
      comments: this.#comments,
      rate,
      warnings,
    };
  }
}

/** How many decimal places a time is written with: one in '0,5' and '1:00.5', three in '2.5e-2'. */
function decimalsOf(field: string): number {
  const parts = /(?:[.,](\d*))?(?:e([+-]?\d+))?$/i.exec(field);
  return Math.max(0, (parts?.[1]?.length ?? 0) - Number(parts?.[2] ?? 0));
}
