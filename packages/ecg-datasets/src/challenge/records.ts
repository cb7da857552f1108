import { type Source, SourceError } from '@heartllm/ecg-io';
import { DatasetError } from '../error.ts';
import { textOf } from '../tables/text.ts';

/** PhysioNet nests two folders deep; a list that names itself would go on for ever. */
const DEEPEST = 8;

/**
 * The records that a PhysioNet folder lists in its RECORDS file, each once, by path without suffix. A line that ends with
 * a slash names a folder with a RECORDS file of its own.
 *
 * @param source a folder of PhysioNet
 * @param folder '' for the source itself, else with a slash at its end
 * @throws DatasetError where a RECORDS file is missing, or folders nest more than 8 deep
 */
export async function* listedRecords(source: Source, folder = ''): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const path of listed(source, folder, 0)) {
    if (seen.has(path)) continue;
    seen.add(path);
    yield path;
  }
}

async function* listed(source: Source, folder: string, depth: number): AsyncGenerator<string> {
  const file = `${folder}RECORDS`;
  if (depth > DEEPEST) throw new DatasetError({ file }, `expected folders at most ${DEEPEST} deep`);
  let rest = '';
  const lines: string[] = [];
  try {
    for await (const text of textOf(source, file)) {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      lines.push(...parts);
    }
  } catch (cause) {
    if (!(cause instanceof SourceError)) throw cause;
    throw new DatasetError({ file }, `expected a list of records (${cause.reason})`, { cause });
  }
  for (const line of [...lines, rest]) {
    const name = line.trim().replace(/^(\.\/+)+(?=.)/, '');
    if (name.endsWith('/')) yield* listed(source, folder + name, depth + 1);
    else if (name !== '') yield (folder + name).replace(/\.(hea|mat|dat)$/, '');
  }
}
