import { crc32 } from '@heartllm/source';
import type { TensorData } from './tensor.ts';

/**
 * CRC-32 of all that a file of tensors holds: metadata, and names, kinds of array, shapes and bytes of the tensors, whatever their order. It is
 * for noticing damage, since safetensors itself has no checksum: write it into the metadata, and compare it with that of what was read.
 *
 * @param tensors as written, or as {@link Safetensors.read} gives them; half floats have to be in the same form both times
 * @param metadata without the checksum
 * @returns eight hex digits
 */
export function checksum(
  tensors: Readonly<Record<string, { shape: readonly number[]; data: TensorData }>>,
  metadata: Readonly<Record<string, string>> = {},
): string {
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  let crc = crc32(text(Object.entries(metadata).sort()));
  for (const [name, { shape, data }] of Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1))) {
    crc = crc32(text([name, data.constructor.name, shape]), crc);
    crc = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), crc);
  }
  return crc.toString(16).padStart(8, '0');
}
