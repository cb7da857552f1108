import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError, isMissing, jsonObject, parseJson, writeFileAtomic } from '@heartllm/source';
import { MANIFEST_FILE, type ModelManifest, parseManifest } from '../model-manifest.ts';
import { settleFiles } from './leftovers.ts';
import { moveAside, syncFolder, withoutTemporaryNames } from './write-folder.ts';

/** Says that a part is whole, and has yet to take its place: an {@link Intent}. */
const INTENT = 'heartllm.import.json';
/** A part before it is in its place, or after. */
const HALF = /^\.part\.[\w-]+\.(tmp|old)$/;

/** What is about to be changed in a model folder. */
interface Intent {
  /** Of the part, inside the folder. */
  path: string;
  /** Of this change, in the names of its temporary folders. */
  id: string;
  /** Of the folder with the part. */
  manifest: ModelManifest;
}

/**
 * Puts a part into a model folder, a language model for instance, and names it in the manifest; both or neither. Where the process is killed on the way,
 * {@link settleParts} completes it. Only for who holds the folder's lock.
 *
 * @param folder as `realFolder` gives it
 * @param change the part's path inside the folder, and the manifest with the part
 * @param fill writes the part into a temporary folder
 * @throws what `fill` throws; FileError where the file system fails; nothing is changed then
 */
export async function replacePart(
  folder: string,
  change: Omit<Intent, 'id'>,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const intent = { ...change, id: `${process.pid}-${randomUUID().slice(0, 8)}` };
  const { temporary, file } = places(folder, intent);
  try {
    await mkdir(temporary);
    await fill(temporary);
    await syncFolder(temporary);
    await writeFileAtomic(file, `${JSON.stringify(intent)}\n`);
    await carryOut(folder, intent);
  } catch (error) {
    await undo(folder, intent).catch(() => undefined); // the next command completes it
    throw withoutTemporaryNames(error, [folder], folder);
  }
}

/** Completes what a killed command began to change in a model folder, and removes what it left. Only for who holds the folder's lock. */
export async function settleParts(folder: string): Promise<void> {
  const intent = await readIntent(folder);
  if (intent) await carryOut(folder, intent);
  for (const name of await namesIn(folder)) {
    if (HALF.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  for (const name of [MANIFEST_FILE, INTENT]) await settleFiles(folder, name);
  await settleFiles(join(folder, 'training'));
}

/** Whether a killed command left a change to be completed. */
export async function isHalfChanged(folder: string): Promise<boolean> {
  return (await namesIn(folder)).includes(INTENT);
}

function places(folder: string, { path, id }: Pick<Intent, 'path' | 'id'>) {
  return {
    file: join(folder, INTENT),
    target: join(folder, path),
    temporary: join(folder, `.part.${id}.tmp`),
    old: join(folder, `.part.${id}.old`),
  };
}

/** From wherever an earlier process came. */
async function carryOut(folder: string, intent: Intent): Promise<void> {
  const { temporary, target, old, file } = places(folder, intent);
  if ((await namesIn(folder)).includes(`.part.${intent.id}.tmp`)) {
    await moveAside(target, old);
    await mkdir(join(target, '..'), { recursive: true });
    await rename(temporary, target);
  }
  await writeFileAtomic(join(folder, MANIFEST_FILE), `${JSON.stringify(intent.manifest, null, 2)}\n`);
  await rm(file);
  await rm(old, { recursive: true, force: true }).catch(() => undefined); // the next command does it
}

/** In this order: as long as the intent is there, so is the part that it speaks of. */
async function undo(folder: string, intent: Intent): Promise<void> {
  const { temporary, target, old, file } = places(folder, intent);
  const names = await namesIn(folder);
  if (names.includes(INTENT)) {
    if (!names.includes(`.part.${intent.id}.tmp`)) return; // the part is in its place
    if (names.includes(`.part.${intent.id}.old`)) await rename(old, target);
    await rm(file);
  }
  await rm(temporary, { recursive: true, force: true });
}

async function readIntent(folder: string): Promise<Intent | undefined> {
  const file = join(folder, INTENT);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const { path, id, manifest } = jsonObject(parseJson(text, file), file);
  const isPlace = typeof path === 'string' && /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !/(^|\/)\.\.?(\/|$)/.test(path);
  if (!isPlace || typeof id !== 'string' || !/^[\w-]+$/.test(id)) {
    throw new FileError({ file }, 'expected the place of a part inside the folder');
  }
  return { path, id, manifest: parseManifest(JSON.stringify(manifest), file) };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
}
