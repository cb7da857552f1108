import { crc32 } from '../src/index.ts';

/** A zip archive as APPNOTE.TXT describes it, written without the code under test but for crc32, which has a check value of its own. */
export async function zipOf(files: Record<string, Uint8Array>, deflated: boolean): Promise<Uint8Array> {
  const [parts, directory]: [Uint8Array[], Uint8Array[]] = [[], []];
  let at = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflated ? await deflate(bytes) : bytes;
    const fields = [20, 0, deflated ? 8 : 0, 0, 0].map((value) => half(value)); // version, flags, method, time, date
    const sizes = [word(crc32(bytes)), word(packed.length), word(bytes.length), half(name.length), half(0)];
    const label = new TextEncoder().encode(name);
    const local = join([word(0x04034b50), ...fields, ...sizes, label, packed]);
    const rest = [half(0), half(0), half(0), word(0), word(at)]; // comment, disk, attributes, offset
    directory.push(join([word(0x02014b50), half(20), ...fields, ...sizes, ...rest, label]));
    parts.push(local);
    at += local.length;
  }
  const entries = join(directory);
  const count = half(directory.length);
  const end = [word(0x06054b50), half(0), half(0), count, count, word(entries.length), word(at), half(0)];
  return join([...parts, entries, ...end]);
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const half = (value: number) => Uint8Array.of(value & 0xff, value >>> 8);
const word = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);

function join(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
