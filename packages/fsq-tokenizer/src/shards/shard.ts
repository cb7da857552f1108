import { checksum, encodeSafetensors } from '@heartllm/safetensors';
import { crc32 } from '@heartllm/source';
import type { ShardsManifest } from './manifest.ts';
import { formatShardsManifest } from './manifest.ts';
import { type CodedRecord, type FailedRecord, formatIndex } from './record.ts';

/** File names of a shard, from 0. */
export function shardFiles(shard: number): {
  /** 'shard-00000.jsonl' */
  index: string;
  /** 'shard-00000.safetensors' */
  tensors: string;
} {
  const name = `shard-${String(shard).padStart(5, '0')}`;
  return { index: `${name}.jsonl`, tensors: `${name}.safetensors` };
}

/**
 * The records [from, to) of a shard. They follow from the manifest alone, whoever makes the shard.
 *
 * @param shard 0 to manifest.shards - 1
 */
export function shardRange(
  { records, shards }: ShardsManifest,
  shard: number,
): {
  /** Its first record, counted from 0 in the order of the data set. */
  from: number;
  /** The record behind its last one. */
  to: number;
} {
  const bound = (i: number) => Number((BigInt(records) * BigInt(i)) / BigInt(shards)); // a product may not fit a double
  return { from: bound(shard), to: bound(shard + 1) };
}

/**
 * The files of one shard. The same records give the same bytes.
 *
 * `tensors` is safetensors: `codes` int32 [n, codesPerRecord], `mean` and `std` float32 [n, leads], and the manifest in
 * `__metadata__`, so that codes never go without their format, beside CRC-32s of tensors and index. `index` is JSON lines, one per record, the failed ones
 * included, which have no row in the tensors.
 *
 * @param records those of {@link shardRange}, in their order
 */
export function encodeShard(
  manifest: ShardsManifest,
  records: readonly (CodedRecord | FailedRecord)[],
): {
  /** The text of the .jsonl file. */
  index: string;
  /** The bytes of the .safetensors file. */
  tensors: Uint8Array;
} {
  const coded = records.filter((record) => 'codes' in record);
  const { codesPerRecord, leads } = manifest;
  const codes = new Int32Array(coded.length * codesPerRecord); // [n, codesPerRecord]
  const mean = new Float32Array(coded.length * leads.length); // [n, leads]
  const std = new Float32Array(coded.length * leads.length); // [n, leads]
  coded.forEach((record, row) => {
    codes.set(record.codes, row * codesPerRecord);
    mean.set(record.scale.mean, row * leads.length);
    std.set(record.scale.std, row * leads.length);
  });
  const shape = [coded.length, leads.length];
  const index = formatIndex(records);
  const tensors = {
    codes: { shape: [coded.length, codesPerRecord], data: codes },
    mean: { shape, data: mean },
    std: { shape, data: std },
  };
  const metadata = { manifest: formatShardsManifest(manifest), index: indexChecksum(new TextEncoder().encode(index)) };
  return { index, tensors: encodeSafetensors(tensors, { ...metadata, checksum: checksum(tensors, metadata) }) };
}

/** CRC-32 of an index file, which its shard's tensors carry. */
export function indexChecksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
