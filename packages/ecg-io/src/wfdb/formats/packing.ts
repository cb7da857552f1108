import type { PackedFormat } from './format.ts';

/** Arithmetic on groups of samples, the same for every packed format: pure planning, nothing is read. */

/** Bytes that the first `samples` samples take. */
export function byteLength({ groupBytes }: PackedFormat, samples: number): number {
  const perGroup = groupBytes.length - 1;
  return Math.floor(samples / perGroup) * groupBytes[perGroup] + groupBytes[samples % perGroup];
}

/** Bytes of the whole groups that the first `samples` samples take part in. */
export function groupLength({ groupBytes }: PackedFormat, samples: number): number {
  const perGroup = groupBytes.length - 1;
  return Math.ceil(samples / perGroup) * groupBytes[perGroup];
}

/** How many whole samples `bytes` bytes hold. */
export function sampleCount({ groupBytes }: PackedFormat, bytes: number): number {
  const perGroup = groupBytes.length - 1;
  const left = bytes % groupBytes[perGroup];
  return Math.floor(bytes / groupBytes[perGroup]) * perGroup + groupBytes.findLastIndex((needed) => needed <= left);
}

/** The bytes [start, end) which hold the samples [from, to); the first that is unpacked from them is sample `first` <= from. */
export function locate(format: PackedFormat, from: number, to: number): { start: number; end: number; first: number } {
  const perGroup = format.groupBytes.length - 1;
  // A difference says nothing without those before it.
  const first = format.differences ? 0 : Math.floor(from / perGroup) * perGroup;
  return { start: byteLength(format, first), end: byteLength(format, to), first };
}

/** Fills `samples` with the first ones in `bytes`, which begin with a group and hold at least as many. */
export function unpack(format: PackedFormat, bytes: Uint8Array, samples: Int32Array): void {
  const { groupBytes } = format;
  const perGroup = groupBytes.length - 1;
  const groups = Math.floor(samples.length / perGroup);
  const whole = groups * groupBytes[perGroup];
  format.unpack(bytes.subarray(0, whole), samples.subarray(0, groups * perGroup));
  const left = samples.length - groups * perGroup;
  if (left === 0) return;
  // The last group may end early, in the file or by what was asked for.
  const group = new Uint8Array(groupBytes[perGroup]);
  group.set(bytes.subarray(whole, whole + groupBytes[left]));
  const unpacked = new Int32Array(perGroup);
  format.unpack(group, unpacked);
  samples.set(unpacked.subarray(0, left), groups * perGroup);
}
