import { EcgFileError, type FilePlace } from '../file-error.ts';
import type { LazyFile } from './lazy-file.ts';
import { DATATYPE, FILL_VALUE, type Message, readMessages } from './object-header.ts';
import { readSuperblock, type Superblock, unsigned } from './superblock.ts';

/** What a dataset's own header says of its values, and h5wasm does not tell. */
export interface Description {
  /** The datatype message, which gives every bit of a number its meaning. */
  datatype: DataView;
  /** Whether values that were never written are filled with something when read; else the library leaves what was in the memory. */
  isFilled: boolean;
}

/**
 * Reads the object header of a dataset.
 *
 * @param address as an object reference has it
 * @throws EcgFileError if the header is damaged, or its datatype is shared in a way that is not read
 */
export async function readDescription(file: LazyFile, address: number, place: FilePlace): Promise<Description> {
  const superblock = await readSuperblock(file);
  const messages = await readMessages(file, address, superblock);
  const datatype = await findDatatype(file, messages, superblock, place);
  const fill = messages.find(({ type }) => type === FILL_VALUE);
  return { datatype, isFilled: !fill || isFilled(fill.data) };
}

async function findDatatype(
  file: LazyFile,
  messages: Message[],
  superblock: Superblock,
  place: FilePlace,
): Promise<DataView> {
  const own = messages.find(({ type }) => type === DATATYPE);
  if (own && !own.isShared) return own.data;
  // A datatype with a name of its own: version 2, or version 3 of a message in another object header
  const { addressBytes } = superblock;
  const version = own && own.data.byteLength >= 2 + addressBytes ? own.data.getUint8(0) : 0;
  if (own && (version === 2 || (version === 3 && own.data.getUint8(1) === 2))) {
    const named = await readMessages(file, unsigned(own.data, 2, addressBytes), superblock);
    const found = named.find(({ type, isShared }) => type === DATATYPE && !isShared);
    if (found) return found.data;
  }
  throw new EcgFileError(place, own ? 'shares its datatype in a way that is not read' : 'has no datatype');
}

/** Versions 1 and 2 have a byte for when a fill value is written and one for whether there is one; version 3 has both in its flags. */
function isFilled(message: DataView): boolean {
  const NEVER = 1;
  if (message.byteLength < 2) return false;
  if (message.getUint8(0) >= 3) {
    const flags = message.getUint8(1);
    return ((flags >> 2) & 3) !== NEVER && (flags & 0x10) === 0;
  }
  return message.byteLength >= 4 && message.getUint8(2) !== NEVER && message.getUint8(3) !== 0;
}
