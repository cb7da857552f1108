import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { folderSource } from '@heartllm/ecg-io/node';
import { checksum, openSafetensors, SafetensorsError, writeSafetensors } from '@heartllm/safetensors';
import { isMissing } from '@heartllm/source';
import type { HeartLlm } from '../pipeline.ts';
import type { EcgInput } from '../results.ts';
import { type Terminal, warnOfSome } from '../terminal/terminal.ts';
import { tokenizeViews, type View, type Views } from './tokenize-views.ts';

/** Where the codes for the run that writes the folder `out` lie: beside it. */
export const codesPath = (out: string): string => `${out.replace(/\/+$/, '')}.codes.safetensors`;

/** What codes are made of, and where they are kept. */
export interface CachedCodesOptions {
  /** PTB-XL's folder. */
  data: string;
  /** Of the file. */
  path: string;
  seed: number;
  /** With the points that they were rounded from. */
  continuous: boolean;
  signal: AbortSignal;
}

/**
 * Codes of recordings, from a file where they are those of an earlier run: the same tokenizer, the same recordings, as far as
 * size and time of change tell, and the same seed. Otherwise they are made, and the file with them.
 *
 * @returns without those recordings that cannot be tokenized
 */
export async function cachedCodes(
  model: HeartLlm,
  wanted: View[],
  { data, path, seed, continuous, signal }: CachedCodesOptions,
  terminal: Terminal,
): Promise<Views> {
  const key = await keyOf(model, wanted, data, [seed, continuous]);
  let ecgs = await readEcgs(path, key);
  if (!ecgs) {
    const source = folderSource(data);
    const { ecgs: made, failures } = await tokenizeViews(model.tokenizer, wanted, { source, seed, signal }, terminal);
    warnOfSome(terminal, failures);
    ecgs = new Map([...made].map(([place, ecg]) => [place, continuous ? ecg : { codes: ecg.codes }]));
    await writeEcgs(path, key, ecgs);
  }
  const views: Views = new Map();
  for (const [place, ecg] of ecgs) {
    const { row, view } = wanted[place];
    const all = views.get(row.ecgId) ?? [];
    all[view] = ecg;
    views.set(row.ecgId, all);
  }
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
async function readEcgs(path: string, key: string): Promise<Map<number, EcgInput> | undefined> {
  try {
    const file = await openSafetensors(folderSource(dirname(path)), basename(path));
    const { checksum: written, ...metadata } = file.metadata;
    if (metadata.key !== key) return undefined;
    const places = (await file.read('places')) as Rows<Int32Array>;
    const codes = (await file.read('codes')) as Rows<Int32Array>;
    const points = file.names.includes('points') ? ((await file.read('points')) as Rows<Float32Array>) : undefined;
    if (written !== checksum({ places, codes, ...(points && { points }) }, metadata)) return undefined;
    const rows = points && rowsOf(points);
    return new Map(
      rowsOf(codes).map((row, i) => [places.data[i], { codes: row, ...(rows && { points: rows[i] }) }] as const),
    );
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

async function writeEcgs(path: string, key: string, ecgs: Map<number, EcgInput>): Promise<void> {
  const all = [...ecgs.values()];
  const length = all[0]?.codes.length ?? 0;
  const codes = new Int32Array(all.length * length);
  for (const [i, ecg] of all.entries()) codes.set(ecg.codes, i * length);
  const width = all[0]?.points?.length ?? 0;
  const points = new Float32Array(all.length * width);
  for (const [i, ecg] of all.entries()) points.set(ecg.points ?? [], i * width);
  await mkdir(dirname(path), { recursive: true });
  const tensors = {
    places: { shape: [all.length], data: Int32Array.from(ecgs.keys()) },
    codes: { shape: [all.length, length], data: codes },
    ...(width > 0 && { points: { shape: [all.length, width], data: points } }),
  };
  await writeSafetensors(path, tensors, { key, checksum: checksum(tensors, { key }) });
}
