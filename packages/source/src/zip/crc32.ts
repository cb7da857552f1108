const POLYNOMIAL = 0xedb88320;

/** CRC-32 of each byte alone (ISO 3309, the one of zip and PNG). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/**
 * CRC-32 as zip archives carry it, of bytes that may come in pieces. Through zlib where there is Node's.
 *
 * @param before the CRC-32 of the bytes before these; 0 for none
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  if (native) return native(bytes, before);
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

const native = typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:zlib')?.crc32;
