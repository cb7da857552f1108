import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Dtype,
  encodeSafetensors,
  openSafetensors,
  openTorchCheckpoint,
  SafetensorsError,
  TorchCheckpointError,
} from '../src/index.ts';
import { dtypeBytes, dtypes, elementCount, storedArray, storedBytes, widen } from '../src/tensor.ts';
import { files, hex, memory } from './fixtures.ts';

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

/** A tensor of random bits, of any dtype; half-float NaNs are left out, as narrowing makes them quiet. */
const tensors = fc.record({
  dtype: fc.constantFrom<Dtype>(...dtypes),
  shape: shapes,
  seed: fc.infiniteStream(fc.nat(255)),
});

function fill(dtype: Dtype, shape: number[], seed: Iterator<number>) {
  const bytes = Uint8Array.from({ length: elementCount(shape) * dtypeBytes(dtype) }, () => seed.next().value & 255);
  if (dtype === 'BOOL') for (let i = 0; i < bytes.length; i++) bytes[i] &= 1;
  if (dtype === 'F16' || dtype === 'BF16') for (let i = 1; i < bytes.length; i += 2) bytes[i] &= 0xbf;
  return { dtype, shape, data: widen(dtype, storedArray(dtype, bytes)) };
}

test('what encodeSafetensors makes, openSafetensors reads: any dtype, shape, name and metadata', async () => {
  const named = fc.dictionary(fc.string(), tensors, { maxKeys: 6 });
  const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
  await fc.assert(
    fc.asyncProperty(named, metadata, async (specs, meta) => {
      const entries = Object.entries(specs).filter(([name]) => name !== '__metadata__');
      const input = Object.fromEntries(
        entries.map(([name, { dtype, shape, seed }]) => [name, fill(dtype, shape, seed)]),
      );
      const bytes = encodeSafetensors(input, meta);
      const file = await openSafetensors(memory({ m: bytes }), 'm');
      expect((new DataView(bytes.buffer).getUint32(0, true) + 8) % 8).toBe(0);
      expect(new Set(file.names)).toEqual(new Set(Object.keys(input)));
      expect({ ...file.metadata }).toEqual({ ...meta });
      for (const name of file.names) {
        const tensor = await file.read(name);
        expect(tensor.dtype).toBe(input[name].dtype);
        expect(tensor.shape).toEqual(input[name].shape);
        const [got, put] = [tensor, input[name]].map(({ dtype, data }) => hex(storedBytes(dtype, data)));
        expect(got).toBe(put);
      }
    }),
    { numRuns: 200 },
  );
});

describe('changed bytes end in a tensor or in one error of the package, never in another', () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
  const changed = (bytes: Uint8Array, edits: [number, number][], cut: number | undefined) => {
    const copy = bytes.slice(0, cut === undefined ? bytes.length : cut % bytes.length);
    for (const [at, value] of edits) if (copy.length) copy[at % copy.length] = value;
    return copy;
  };
  const cuts = fc.option(fc.nat(), { nil: undefined, freq: 8 });

  test('of a safetensors file', async () => {
    const original = new Uint8Array(await files.read('reference.safetensors'));
    await fc.assert(
      fc.asyncProperty(changes, cuts, async (edits, cut) => {
        try {
          const file = await openSafetensors(memory({ m: changed(original, edits, cut) }), 'm');
          for (const name of file.names) await file.read(name);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  const checkpoints = ['containers.pt', 'containers-protocol4.pt', 'views.pt', 'training.pt', 'rebuilt.pt'];
  test.each(checkpoints)('of %s', async (path) => {
    const original = withoutChecksums(new Uint8Array(await files.read(path)));
    await fc.assert(
      fc.asyncProperty(changes, cuts, async (edits, cut) => {
        try {
          const checkpoint = await openTorchCheckpoint(memory({ m: changed(original, edits, cut) }), 'm');
          for (const name of checkpoint.names) await checkpoint.read(name);
        } catch (error) {
          expect(error).toBeInstanceOf(TorchCheckpointError);
        }
      }),
      { numRuns: 700 },
    );
  });
});

/** A zip whose entries say that no CRC-32 was computed, so that what is changed gets as far as the unpickler. */
function withoutChecksums(zip: Uint8Array): Uint8Array {
  for (let at = 0; at < zip.length; at++) {
    if (zip[at] === 0x50 && zip[at + 1] === 0x4b && zip[at + 2] === 1 && zip[at + 3] === 2)
      zip.fill(0, at + 16, at + 20);
  }
  return zip;
}
