/** Where bytes come from: a folder, a set of Blobs, a base URL. Offsets are bytes, `end` is exclusive. */
export interface Source {
  read(path: string, start?: number, end?: number): Promise<Uint8Array>;
  size(path: string): Promise<number>;
}
