import { mkdir, readdir, rm } from 'node:fs/promises';
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
   * Makes the folder, or checks that the shards in it are of this very run.
   *
   * @throws ForeignCodesError when they are not
   */
  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    try {
      const { manifest } = await CodeShards.open(folderSource(this.#folder));
      assertSameRun(manifest, this.#manifest, join(this.#folder, SHARDS_MANIFEST));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** One process's task, so that nobody writes it at the same time. */
  async writeManifest(): Promise<void> {
    await this.#write(SHARDS_MANIFEST, formatShardsManifest(this.#manifest));
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
    for (const file of await readdir(this.#folder)) {
      if (file.startsWith(`${name}.`) && file.endsWith('.tmp')) await rm(join(this.#folder, file), { force: true });
    }
    await writeFileAtomic(join(this.#folder, name), content);
  }
}

function isLineOf({ record, exam }: IndexLine, { recording }: ListedRecording): boolean {
  return record === recording.path && exam === (recording.format === 'hdf5' ? recording.exam : undefined);
}
