import { FileError, quote, type Source } from '@heartllm/source';
import { Cursor, MAX_HEADER_BYTES, WindowTooShort } from './cursor.ts';
import { type Header, readHeader } from './header.ts';
import type { PackedTensor } from './tensor-info.ts';

/** The first piece that is asked for; then twice as much, until the header is whole. */
const FIRST_WINDOW = 1 << 20;

/** One file, which may be one of several: its header, and where its bytes come from. */
export interface Part extends Header {
  path: string;
  read(name: string): Promise<PackedTensor>;
}

export async function openPart(source: Source, path: string): Promise<Part> {
  const header = await headerOf(source, path);
  return {
    path,
    ...header,
    async read(name) {
      const entry = header.tensors.get(name);
      if (!entry) throw new FileError({ file: path }, `has no tensor ${quote(name)}`);
      const { type, shape, byteLength, begin } = entry;
      const bytes = await readExactly(source, path, { begin, end: begin + byteLength, field: name });
      return { type, shape: [...shape], byteLength, bytes };
    },
  };
}

async function headerOf(source: Source, path: string): Promise<Header> {
  const fileBytes = await source.size(path);
  const most = Math.min(fileBytes, MAX_HEADER_BYTES);
  let window = new Uint8Array(0);
  for (let size = FIRST_WINDOW; ; size *= 2) {
    const more = await readExactly(source, path, { begin: window.length, end: Math.min(size, most) });
    const longer = new Uint8Array(window.length + more.length);
    longer.set(window);
    longer.set(more, window.length);
    window = longer;
    try {
      return readHeader(new Cursor(path, window, fileBytes), fileBytes);
    } catch (error) {
      if (!(error instanceof WindowTooShort)) throw error; // it is not thrown once the window has `most` bytes
    }
  }
}

async function readExactly(
  source: Source,
  file: string,
  { begin, end, field }: { begin: number; end: number; field?: string },
): Promise<Uint8Array> {
  if (begin === end) return new Uint8Array(0);
  const bytes = await source.read(file, begin, end);
  if (bytes.byteLength === end - begin) return bytes;
  const found = `${bytes.byteLength}: the file has changed`;
  throw new FileError({ file, field, offset: begin }, { expected: `${end - begin} bytes`, found });
}
