import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { folderSource } from '@heartllm/ecg-io/node';
import { checksum, openSafetensors, SafetensorsError, writeSafetensors } from '@heartllm/safetensors';
import { isMissing } from '@heartllm/source';
import type { HeartLlm } from '../pipeline.ts';
import type { EcgInput } from '../results.ts';
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
 * @param continuous with the points that they were rounded from
 */
export async function cachedCodes(
  model: HeartLlm,
  wanted: View[],
  { data, path, seed, continuous }: { data: string; path: string; seed: number; continuous: boolean },
  terminal: Terminal,
): Promise<Views> {
  const key = await keyOf(model, wanted, data, [seed, continuous]);
  let ecgs = await readEcgs(path, key);
  if (!ecgs) {
    const made = await tokenizeViews(model.tokenizer, wanted, folderSource(data), seed, terminal);
    ecgs = continuous ? made : made.map(({ codes }) => ({ codes }));
    await writeEcgs(path, key, ecgs);
  }
  const views: Views = new Map(wanted.map(({ row }) => [row.ecgId, []]));
  for (const [i, { row, view }] of wanted.entries()) views.get(row.ecgId)![view] = ecgs[i];
  return views;
}

/** SHA-256 of all that the codes depend on. */
async function keyOf(model: HeartLlm, wanted: View[], data: string, options: unknown[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([await model.tokenizerHashes(), ...options]));
  for (const { row, view } of wanted) {
    const { size, mtimeMs } = await stat(join(data, `${row.filename500}.dat`));
    hash.update(JSON.stringify([row.ecgId, view, size, mtimeMs]));
  }
  return hash.digest('hex');
}

/** Undefined where there is no such file, or one of other codes, or a damaged one. */
async function readEcgs(path: string, key: string): Promise<EcgInput[] | undefined> {
  try {
    const file = await openSafetensors(folderSource(dirname(path)), basename(path));
    const { checksum: written, ...metadata } = file.metadata;
    if (metadata.key !== key) return undefined;
    const codes = (await file.read('codes')) as Rows<Int32Array>;
    const points = file.names.includes('points') ? ((await file.read('points')) as Rows<Float32Array>) : undefined;
    if (written !== checksum({ codes, ...(points && { points }) }, metadata)) return undefined;
    const rows = points && rowsOf(points);
    return rowsOf(codes).map((row, i) => ({ codes: row, ...(rows && { points: rows[i] }) }));
  } catch (error) {
    if (error instanceof SafetensorsError || isMissing(error)) return undefined;
    throw error; // cannot be read now: hours of work may be in it
  }
}

interface Rows<T> {
  shape: number[];
  data: T;
}

function rowsOf<T extends Int32Array | Float32Array>({ shape: [count, length], data }: Rows<T>): T[] {
  return Array.from({ length: count }, (_, i) => data.slice(i * length, (i + 1) * length) as T);
}

async function writeEcgs(path: string, key: string, ecgs: EcgInput[]): Promise<void> {
  const length = ecgs[0]?.codes.length ?? 0;
  const codes = new Int32Array(ecgs.length * length);
  for (const [i, ecg] of ecgs.entries()) codes.set(ecg.codes, i * length);
  const width = ecgs[0]?.points?.length ?? 0;
  const points = new Float32Array(ecgs.length * width);
  for (const [i, ecg] of ecgs.entries()) points.set(ecg.points ?? [], i * width);
  await mkdir(dirname(path), { recursive: true });
  const tensors = {
    codes: { shape: [ecgs.length, length], data: codes },
    ...(width > 0 && { points: { shape: [ecgs.length, width], data: points } }),
  };
  await writeSafetensors(path, tensors, { key, checksum: checksum(tensors, { key }) });
}
