import type { Source } from '@heartllm/ecg-io';
import Papa from 'papaparse';
import { DatasetError, type ReaderOptions } from '../error.ts';
import { CsvRow } from './csv-row.ts';
import { textOf } from './text.ts';

/** The longest report has some kilobytes. A row beyond this is a quote that nobody closed. */
const LONGEST_ROW = 8 << 20;

/**
 * The rows of a CSV file (RFC 4180 with a header line, UTF-8, any line ends) with at least the given columns, in any
 * order. The file is read as the rows are asked for. A row with too few or too many cells goes to `onProblem`.
 *
 * @throws DatasetError where a column is missing or the text is no table
 */
export async function* readCsv(
  source: Source,
  file: string,
  columns: readonly string[],
  { onProblem }: ReaderOptions = {},
): AsyncGenerator<CsvRow> {
  let index: Map<string, number> | undefined;
  for await (const { cells, line } of cellsOf(source, file)) {
    if (!index) {
      index = columnIndex(file, cells, columns);
    } else if (cells.length !== index.size) {
      const problem = new DatasetError({ file, line }, `expected ${index.size} cells, found ${cells.length}`);
      if (!onProblem) throw problem;
      onProblem(problem);
    } else {
      yield new CsvRow(file, line, cells, index);
    }
  }
  if (!index) throw new DatasetError({ file }, 'expected a header line, found an empty file');
}

function columnIndex(file: string, header: string[], columns: readonly string[]): Map<string, number> {
  const index = new Map(header.map((name, column) => [name.trim(), column]));
  for (const column of columns) {
    if (!index.has(column)) {
      // What was found is not shown: without a header line it is the first patient.
      const found = `${header.length} other columns`;
      throw new DatasetError({ file, line: 1 }, `expected a column ${JSON.stringify(column)}, found ${found}`);
    }
  }
  if (index.size !== header.length) throw new DatasetError({ file, line: 1 }, 'expected every column once');
  return index;
}

/** All rows that are not empty; papaparse's own streams take Files and Node streams, but no Source. */
async function* cellsOf(source: Source, file: string): AsyncGenerator<{ cells: string[]; line: number }> {
  const parser = new Papa.Parser({ delimiter: ',', newline: '\n' });
  let line = 1;
  const parse = (text: string, isLast: boolean): { rows: { cells: string[]; line: number }[]; rest: string } => {
    const { data, errors, meta } = parser.parse(text, 0, !isLast) as Papa.ParseResult<string[]>;
    const rows = data.flatMap((cells) => {
      const begin = line;
      line += 1;
      for (const cell of cells) line += newlines(cell);
      cells.push(cells.pop()!.replace(/\r$/, ''));
      return cells.length === 1 && cells[0].trim() === '' ? [] : [{ cells, line: begin }];
    });
    // An open quote at the end of a piece is closed by the next one.
    if (isLast && errors.length > 0) throw new DatasetError({ file }, `${errors[0].message} (line ${line} or before)`);
    return { rows, rest: text.slice(meta.cursor) };
  };
  let rest = '';
  for await (const text of textOf(source, file)) {
    const parsed = parse(rest + text, false);
    yield* parsed.rows;
    rest = parsed.rest;
    if (rest.length > LONGEST_ROW) {
      throw new DatasetError({ file, line }, `expected a row of at most ${LONGEST_ROW} characters: an open quote?`);
    }
  }
  if (rest !== '') yield* parse(rest, true).rows;
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
