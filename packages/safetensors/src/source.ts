/** Where bytes come from: a folder, a set of Blobs, a base URL. Offsets are bytes, `end` is exclusive. */
export interface Source {
  /** Bytes `start` (0 by default) to `end` (the file's end by default, exclusive); fewer where the file ends earlier. */
  read(path: string, start?: number, end?: number): Promise<Uint8Array>;
  /** Length of the file in bytes. */
  size(path: string): Promise<number>;
}
