import { FileError, isMissing, quote } from '@heartllm/source';
import type { Part } from './part.ts';

/** `name-00002-of-00003.gguf`, as llama.cpp and gguf-py call the parts. */
const PART = /^(.*-)(\d{5})-of-(\d{5})(\.gguf)$/s;

/**
 * All parts of the model that a file belongs to, in their order: the file alone where it was not split.
 *
 * @throws FileError for a part that is missing or of another model, a tensor that two of them have, tensors that are in none
 */
export async function otherParts(opened: Part, open: (path: string) => Promise<Part>): Promise<[Part, ...Part[]]> {
  const count = splitNumber(opened, 'split.count') ?? 1;
  if (count <= 1) return [opened];
  const [, head, number, total, tail] = PART.exec(opened.path) ?? [];
  if (Number(total) !== count) {
    const expected = `a name that ends in -0000N-of-${digits(count)}.gguf, since the model has ${count} parts`;
    throw new FileError({ file: opened.path, field: 'split.count' }, { expected, found: 'another' });
  }
  const parts: Part[] = [];
  for (let no = 1; no <= count; no++) {
    const path = `${head}${digits(no)}-of-${total}${tail}`;
    const part = no === Number(number) ? opened : await openOther(path, { no, count }, open);
    checkNumber(part, 'split.count', count);
    checkNumber(part, 'split.no', no - 1);
    parts.push(part);
  }
  checkTensors(parts);
  return parts as [Part, ...Part[]];
}

async function openOther(
  path: string,
  { no, count }: { no: number; count: number },
  open: (path: string) => Promise<Part>,
) {
  try {
    return await open(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new FileError({ file: path }, `part ${no} of ${count} is missing`, { cause: error });
  }
}

function checkTensors(parts: readonly Part[]): void {
  const names = new Set<string>();
  for (const { path, tensors } of parts) {
    for (const name of tensors.keys()) {
      if (names.has(name)) throw new FileError({ file: path, field: name }, 'another part has this tensor too');
      names.add(name);
    }
  }
  const stated = splitNumber(parts[0], 'split.tensors.count');
  if (stated === undefined || stated === names.size) return;
  const place = { file: parts[0].path, field: 'split.tensors.count' };
  throw new FileError(place, { expected: `${stated} tensors in ${parts.length} parts`, found: String(names.size) });
}

function checkNumber(part: Part, field: string, expected: number): void {
  const found = splitNumber(part, field);
  if (found === expected) return;
  throw new FileError({ file: part.path, field }, { expected: String(expected), found: String(found ?? 'nothing') });
}

function splitNumber({ path, metadata }: Part, field: string): number | undefined {
  const value = metadata.get(field)?.value;
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
  const found = typeof value === 'string' ? quote(value) : `a value of type ${metadata.get(field)?.type}`;
  throw new FileError({ file: path, field }, { expected: 'a whole number', found });
}

function digits(no: number): string {
  return String(no).padStart(5, '0');
}
