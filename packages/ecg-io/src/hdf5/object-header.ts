import { EcgFileError } from '../file-error.ts';
import type { LazyFile } from './lazy-file.ts';
import { type Superblock, unsigned } from './superblock.ts';

/** Types of the messages that are read. */
export const DATATYPE = 3;
export const FILL_VALUE = 5;
const CONTINUATION = 0x10;
/** Real headers have some hundred bytes, and attributes of up to 64 KB each. */
const LARGEST = 1 << 22;

/** A message of an object header. */
export interface Message {
  type: number;
  /** Its data say where the message itself is. */
  isShared: boolean;
  data: DataView;
}

/** How the messages of a version are laid out: where in one its size and flags are, and where its data begin. */
interface Layout {
  typeBytes: number;
  sizeAt: number;
  flagsAt: number;
  dataAt: number;
  /** Bytes before and behind the messages of a block that goes on elsewhere. */
  around: [number, number];
}

/**
 * The messages of an object header of version 1 or 2, with those in its continuations
 * (https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, "Data Object Headers").
 *
 * @throws EcgFileError if none begins at the address, or it is damaged
 */
export async function readMessages(file: LazyFile, address: number, superblock: Superblock): Promise<Message[]> {
  const start = superblock.base + address;
  const damaged = () => new EcgFileError({ file: file.file, offset: start }, 'the object header here is damaged');
  const { layout, first } = await readPrefix(file, start);
  const messages: Message[] = [];
  const blocks = [first];
  for (const { at, length } of blocks) {
    if (blocks.reduce((sum, block) => sum + block.length, 0) > LARGEST || at + length > file.size) throw damaged();
    const block = viewOf(await file.bytes(at, at + length));
    for (let i = 0; i + layout.dataAt <= length; ) {
      const type = unsigned(block, i, layout.typeBytes);
      const end = i + layout.dataAt + block.getUint16(i + layout.sizeAt, true);
      if (end > length) throw damaged();
      const data = new DataView(block.buffer, block.byteOffset + i + layout.dataAt, end - i - layout.dataAt);
      messages.push({ type, isShared: (block.getUint8(i + layout.flagsAt) & 2) !== 0, data });
      if (type === CONTINUATION) blocks.push(continuation(data, superblock, layout, damaged));
      i = end;
    }
  }
  return messages;
}

async function readPrefix(file: LazyFile, start: number): Promise<{ layout: Layout; first: Block }> {
  const bytes = start + 32 <= file.size ? await file.bytes(start, start + 32) : new Uint8Array(32);
  const view = viewOf(bytes);
  const isSecond = view.getUint32(0) === 0x4f484452; // OHDR
  if (isSecond && bytes[4] === 2) {
    const flags = bytes[5];
    const lengthBytes = 1 << (flags & 3);
    const at = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0); // behind the times, and when attributes are stored densely
    return {
      layout: { typeBytes: 1, sizeAt: 1, flagsAt: 3, dataAt: flags & 4 ? 6 : 4, around: [4, 4] },
      first: { at: start + at + lengthBytes, length: unsigned(view, at, lengthBytes) },
    };
  }
  if (!isSecond && bytes[0] === 1) {
    return {
      layout: { typeBytes: 2, sizeAt: 2, flagsAt: 4, dataAt: 8, around: [0, 0] },
      first: { at: start + 16, length: view.getUint32(8, true) },
    };
  }
  throw new EcgFileError({ file: file.file, offset: start }, 'expected an object header of version 1 or 2');
}

interface Block {
  at: number;
  length: number;
}

function continuation(
  data: DataView,
  { base, addressBytes }: Superblock,
  { around }: Layout,
  damaged: () => Error,
): Block {
  const lengthBytes = data.byteLength >= addressBytes + 8 ? 8 : 4;
  if (data.byteLength < addressBytes + lengthBytes) throw damaged();
  const length = unsigned(data, addressBytes, lengthBytes) - around[0] - around[1];
  if (length < 0) throw damaged();
  return { at: base + unsigned(data, 0, addressBytes) + around[0], length };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
