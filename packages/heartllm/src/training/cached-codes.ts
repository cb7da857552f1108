import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { folderSource } from '@heartllm/ecg-io/node';
import { openSafetensors, writeSafetensors } from '@heartllm/safetensors';
import type { HeartLlm } from '../pipeline.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { tokenizeViews, type View, type Views } from './tokenize-views.ts';

/** Where the codes for the run that writes the folder `out` lie: beside it. */
export const codesPath = (out: string): string => `${out.replace(/\/+$/, '')}.codes.safetensors`;

/**
 * Codes of recordings, from a file where they are those of an earlier run: the same tokenizer, the same recordings, as far as
 * size and time of change tell, and the same seed. Otherwise they are made, and the file with them.
 *
 * @param data PTB-XL's folder
 * @param path of the file
 */
export async function cachedCodes(
  model: HeartLlm,
  wanted: View[],
  { data, path, seed }: { data: string; path: string; seed: number },
  terminal: Terminal,
): Promise<Views> {
  const key = await keyOf(model, wanted, data, seed);
  let codes = await readCodes(path, key);
  if (!codes) {
    codes = await tokenizeViews(model.tokenizer, wanted, folderSource(data), seed, terminal);
    await writeCodes(path, key, codes);
  }
  const views: Views = new Map(wanted.map(({ row }) => [row.ecgId, []]));
  for (const [i, { row, view }] of wanted.entries()) views.get(row.ecgId)![view] = codes[i];
  return views;
}

/** SHA-256 of all that the codes depend on. */
async function keyOf(model: HeartLlm, wanted: View[], data: string, seed: number): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([await model.tokenizerHashes(), seed]));
  for (const { row, view } of wanted) {
    const { size, mtimeMs } = await stat(join(data, `${row.filename500}.dat`));
    hash.update(JSON.stringify([row.ecgId, view, size, mtimeMs]));
  }
  return hash.digest('hex');
}

/** Undefined where there is no such file, or one of other codes. */
async function readCodes(path: string, key: string): Promise<Int32Array[] | undefined> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  try {
    const file = await openSafetensors(folderSource(dirname(path)), basename(path));
    if (file.metadata.key !== key) return undefined;
    const { shape, data } = await file.read('codes');
    const [count, length] = shape;
    return Array.from({ length: count }, (_, i) => (data as Int32Array).slice(i * length, (i + 1) * length));
  } catch {
    return undefined; // damaged: made again
  }
}

async function writeCodes(path: string, key: string, codes: Int32Array[]): Promise<void> {
  const length = codes[0]?.length ?? 0;
  const data = new Int32Array(codes.length * length);
  for (const [i, row] of codes.entries()) data.set(row, i * length);
  await mkdir(dirname(path), { recursive: true });
  await writeSafetensors(path, { codes: { shape: [codes.length, length], data } }, { key });
}
