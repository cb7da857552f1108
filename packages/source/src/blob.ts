import { pathParts } from './path.ts';
import { type Source, SourceError } from './source.ts';

/**
 * Files that a page was given: the FileList of an `<input type="file">`, an array of Files, or Blobs by path. Only the bytes asked for
 * are read. A File goes by its name; one from a folder picker (`webkitdirectory`) by its path inside the folder that was picked.
 *
 * ```ts
 * const record = await readRecord(blobSource(input.files), '00001_hr');
 * ```
 *
 * @throws SourceError for a path that is absolute or has `..` or a backslash in it; what it reads later throws SourceError too
 */
export function blobSource(files: Iterable<File> | ReadonlyMap<string, Blob> | Record<string, Blob>): Source {
  const blobs = new Map<string, Blob>();
  for (const [path, blob] of entries(files)) blobs.set(pathParts(path).join('/'), blob);

  function find(path: string): Blob {
    const blob = blobs.get(pathParts(path).join('/'));
    if (!blob) throw new SourceError(path, 'missing', `not among the ${blobs.size} files given`);
    return blob;
  }
  return {
    async read(path, start, end) {
      const blob = find(path);
      try {
        return new Uint8Array(await blob.slice(start, end).arrayBuffer());
      } catch (cause) {
        // A file that changed on disk after it was picked ends here.
        throw new SourceError(path, 'failed', `could not be read: ${(cause as Error).message}`, { cause });
      }
    },
    async size(path) {
      return find(path).size;
    },
  };
}

function entries(files: Parameters<typeof blobSource>[0]): Iterable<[string, Blob]> {
  if (files instanceof Map) return files;
  if (Symbol.iterator in files) return Array.from(files as Iterable<File>, (file) => [pathOf(file), file]);
  return Object.entries(files);
}

/** 'picked/sub/rec.hea' is sub/rec.hea of the folder that was picked. */
function pathOf(file: File): string {
  return file.webkitRelativePath ? file.webkitRelativePath.split('/').slice(1).join('/') : file.name;
}
