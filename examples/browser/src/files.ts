import type { Files } from './engine/protocol.ts';

/** No folder of recordings that somebody drops has more; a whole disk would. */
const MOST_FILES = 20_000;

/** Files of a picker by path; of a folder that was picked, the path inside it. */
export function pickedFiles(list: FileList | null): Files {
  return Object.fromEntries(
    Array.from(list ?? [], (file) => [file.webkitRelativePath.split('/').slice(1).join('/') || file.name, file]),
  );
}

/** Files and folders that were dropped, by path; of a single folder, the paths inside it. */
export async function droppedFiles(transfer: DataTransfer): Promise<Files> {
  // all is taken before the first await: after it the transfer is empty
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return pickedFiles(transfer.files);
  const files: Files = {};
  const alone = entries.length === 1 && entries[0].isDirectory;
  for (const entry of entries) await collect(entry, alone ? '' : entry.name, files);
  return files;
}

async function collect(entry: FileSystemEntry, path: string, files: Files): Promise<void> {
  if (Object.keys(files).length >= MOST_FILES) throw new Error(`${entry.name}: more than ${MOST_FILES} files`);
  if (isFile(entry)) {
    files[path] = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const read = () => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  // a reader gives a hundred at a time
  for (let some = await read(); some.length; some = await read()) {
    for (const inside of some) await collect(inside, path ? `${path}/${inside.name}` : inside.name, files);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** Whether files are a model folder. */
export function isModel(files: Files): boolean {
  return 'heartllm.json' in files;
}
