import { checksum, openSafetensors, type Safetensors, type Source } from '@heartllm/safetensors';
import { CodeShardsError, ForeignCodesError } from './error.ts';
import { assertSameRun, parseShardsManifest, SHARDS_MANIFEST, type ShardsManifest } from './manifest.ts';
import { type CodedRecord, type IndexLine, parseIndex } from './record.ts';
import { indexChecksum, shardFiles, shardRange } from './shard.ts';

/** A manifest has a few hundred bytes; a line of an index, too. */
const LARGEST_MANIFEST = 1 << 20;
const LARGEST_LINE = 1 << 16;

/** One shard, opened: its index is read, its codes are not. */
export interface CodeShard {
  /** One line per record, the failed ones included. */
  index: IndexLine[];
  /**
   * The records that have codes, in their order.
   *
   * @throws CodeShardsError for tensors that do not have the checksum they were written with, and a code outside the codebook
   */
  read(): Promise<CodedRecord[]>;
}

/**
 * ECG codes of a whole data set, as `heartllm tokenize --out` writes them. A shard is read when its first record is asked for.
 *
 * ```ts
 * const shards = await CodeShards.open(folderSource('shards'));
 * for await (const { record, fold, codes } of shards) console.log(record, fold, codes.length);
 * ```
 */
export class CodeShards implements AsyncIterable<CodedRecord> {
  /** What the codes are, and how many; every shard has to be of the same run. */
  readonly manifest: ShardsManifest;
  readonly #source: Source;

  /**
   * @param source the folder
   * @param manifest what the shards of the folder must be
   */
  constructor(source: Source, manifest: ShardsManifest) {
    this.#source = source;
    this.manifest = manifest;
  }

  /**
   * Opens a folder of shards; of its files only manifest.json is read.
   *
   * @param source the folder
   * @throws ForeignCodesError for codes of another format; CodeShardsError for a manifest that is wrong; what the source
   *   throws
   */
  static async open(source: Source): Promise<CodeShards> {
    const bytes = await readBounded(source, SHARDS_MANIFEST, LARGEST_MANIFEST);
    return new CodeShards(source, parseShardsManifest(new TextDecoder().decode(bytes)));
  }

  /** The records that have codes, shard by shard, in the order of the data set. @throws as {@link CodeShards.shard} */
  async *[Symbol.asyncIterator](): AsyncGenerator<CodedRecord> {
    for (let i = 0; i < this.manifest.shards; i++) yield* await (await this.shard(i)).read();
  }

  /**
   * Opens one shard.
   *
   * @param shard 0 to manifest.shards - 1
   * @throws ForeignCodesError for a shard of another model, data set or format than the manifest says; CodeShardsError and
   *   SafetensorsError for one that is damaged; what the source throws for one that is not there
   */
  async shard(shard: number): Promise<CodeShard> {
    const { index, tensors } = shardFiles(shard);
    const { from, to } = shardRange(this.manifest, shard);
    const file = await openSafetensors(this.#source, tensors);
    this.#checkManifest(file, tensors);
    const bytes = await readBounded(this.#source, index, (to - from) * LARGEST_LINE);
    const lines = parseIndex(new TextDecoder().decode(bytes), index, this.manifest.leads.length);
    if (lines.length !== to - from) {
      throw new CodeShardsError(`${index}: expected ${to - from} lines, found ${lines.length}`);
    }
    const rows = lines.filter((line) => 'row' in line);
    this.#checkShapes(file, tensors, rows.length);
    if (file.metadata.index !== indexChecksum(bytes)) {
      throw new CodeShardsError(`${index}: damaged, its checksum is not the one in ${tensors}`);
    }
    return { index: lines, read: () => this.#read(file, tensors, rows) };
  }

  #checkManifest(file: Safetensors, path: string): void {
    const { manifest } = file.metadata;
    if (manifest === undefined) throw new ForeignCodesError(`${path}: is no shard of codes, it has no manifest`);
    assertSameRun(parseShardsManifest(manifest, `${path}, manifest`), this.manifest, path);
  }

  #checkShapes(file: Safetensors, path: string, records: number): void {
    const { codesPerRecord, leads } = this.manifest;
    const expected = {
      codes: ['I32', codesPerRecord],
      mean: ['F32', leads.length],
      std: ['F32', leads.length],
    } as const;
    for (const [name, [dtype, width]] of Object.entries(expected)) {
      const found = file.info(name);
      if (found.dtype !== dtype || found.shape.join() !== `${records},${width}`) {
        const is = `${found.dtype} [${found.shape}]`;
        throw new CodeShardsError(`${path}: ${name}: expected ${dtype} [${records},${width}], found ${is}`);
      }
    }
  }

  async #read(file: Safetensors, path: string, rows: Extract<IndexLine, { row: number }>[]): Promise<CodedRecord[]> {
    const { codesPerRecord, levels, leads } = this.manifest;
    const [codes, mean, std] = await Promise.all(['codes', 'mean', 'std'].map((name) => file.read(name)));
    const { checksum: written, ...metadata } = file.metadata;
    if (written !== checksum({ codes, mean, std }, metadata)) {
      throw new CodeShardsError(`${path}: damaged, its checksum is not that of what it holds`);
    }
    const codebook = levels.reduce((a, b) => a * b, 1);
    const wrong = (codes.data as Int32Array).findIndex((code) => code < 0 || code >= codebook);
    if (wrong >= 0) {
      const where = `${path}: codes: row ${Math.floor(wrong / codesPerRecord)}, code ${wrong % codesPerRecord}`;
      throw new CodeShardsError(`${where}: expected 0 to ${codebook - 1}, found ${codes.data[wrong]}`);
    }
    const floats = (data: unknown, row: number) =>
      (data as Float32Array).subarray(row * leads.length, (row + 1) * leads.length);
    return rows.map(({ row, ...line }) => ({
      ...line,
      codes: (codes.data as Int32Array).subarray(row * codesPerRecord, (row + 1) * codesPerRecord),
      scale: { mean: floats(mean.data, row), std: floats(std.data, row) },
    }));
  }
}

async function readBounded(source: Source, path: string, most: number): Promise<Uint8Array> {
  const size = await source.size(path);
  if (size > most) throw new CodeShardsError(`${path}: has ${size} bytes, at most ${most} are read`);
  return source.read(path);
}
