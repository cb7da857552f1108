import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedRecording } from '@heartllm/ecg-datasets';
import { folderSource } from '@heartllm/ecg-io/node';
import {
  assertSameRun,
  type CodedRecord,
  CodeShards,
  CodeShardsError,
  encodeShard,
  type FailedRecord,
  ForeignCodesError,
  formatShardsManifest,
  type IndexLine,
  SHARDS_MANIFEST,
  type ShardsManifest,
  shardFiles,
  shardRange,
} from '@heartllm/fsq-tokenizer';
import { SafetensorsError } from '@heartllm/safetensors';
import { FileError, isMissing, writeFileAtomic } from '@heartllm/source';
import { settleFiles } from '../files/leftovers.ts';
import { withLock } from '../files/lock.ts';

/**
 * The folder that shards are written to, by several processes at once: each shard, and the manifest, by one of them. A shard is there as a
 * whole or not at all; its tensors are written last and say that it is.
 */
export class ShardFolder {
  readonly #folder: string;
  readonly #manifest: ShardsManifest;
  readonly #shards: CodeShards;

  constructor(folder: string, manifest: ShardsManifest) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#shards = new CodeShards(folderSource(folder), manifest);
  }

  /**
   * Makes the folder and its manifest, or checks that what is in it is of this very run. Of processes with different settings the first one
   * decides what the folder holds.
   *
   * @throws ForeignCodesError when it is another run's
   */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, SHARDS_MANIFEST);
    await withLock(`${path}.lock`, { name: path, wait: true }, async () => {
      try {
        const { manifest } = await CodeShards.open(folderSource(this.#folder));
        assertSameRun(manifest, this.#manifest, path);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await this.#refuseForeign();
        await this.#write(SHARDS_MANIFEST, formatShardsManifest(this.#manifest));
      }
    });
  }

  /** @throws ForeignCodesError for a shard of another run, whose manifest has gone */
  async #refuseForeign(): Promise<void> {
    const [found] = (await readdir(this.#folder)).flatMap((name) => /^shard-(\d+)\.safetensors$/.exec(name)?.[1] ?? []);
    if (found === undefined) return;
    await this.#shards.shard(Number(found)).catch((error) => {
      if (error instanceof ForeignCodesError) throw error; // any other will be made again
    });
  }

  /**
   * The index of a shard that is there as a whole and holds these recordings; undefined for one that has to be made.
   *
   * @throws ForeignCodesError for a shard of another run
   */
  async finished(shard: number, recordings: readonly ListedRecording[]): Promise<IndexLine[] | undefined> {
    try {
      const { index, read } = await this.#shards.shard(shard);
      await read(); // compares the checksum
      const { from } = shardRange(this.#manifest, shard);
      return index.every((line, i) => isLineOf(line, recordings[from + i])) ? index : undefined;
    } catch (error) {
      if (error instanceof ForeignCodesError) throw error;
      const isDamaged = [CodeShardsError, SafetensorsError, FileError].some((kind) => error instanceof kind);
      if (isDamaged || isMissing(error)) return undefined;
      throw error;
    }
  }

  async write(shard: number, records: readonly (CodedRecord | FailedRecord)[]): Promise<void> {
    const { index, tensors } = encodeShard(this.#manifest, records);
    const files = shardFiles(shard);
    await this.#write(files.index, index);
    await this.#write(files.tensors, tensors);
  }

  /** Also takes away what a process left that was killed while it wrote this file. */
  async #write(name: string, content: string | Uint8Array): Promise<void> {
    await settleFiles(this.#folder, name, { ofTheDead: true });
    await writeFileAtomic(join(this.#folder, name), content);
  }
}

function isLineOf({ record, exam }: IndexLine, { recording }: ListedRecording): boolean {
  return record === recording.path && exam === (recording.format === 'hdf5' ? recording.exam : undefined);
}
