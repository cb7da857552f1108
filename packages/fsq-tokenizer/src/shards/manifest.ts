import { CODE_FORMAT } from '../fsq.ts';
import { CodeShardsError, ForeignCodesError } from './error.ts';
import { isBoolean, isBound, isCount, isPositive, isText, listOf, parseObject, show } from './json-fields.ts';

/** manifest.json: what the codes of a folder of shards are, and how many. */
export interface ShardsManifest {
  /** CODE_FORMAT of the codes. */
  format: number;
  /** Name of the model that made the codes. */
  model: string;
  /** SHA-256 of its tokenizer's model.safetensors, in hex: codes of other weights mean something else. */
  weights: string;
  /** SHA-256 of its config.json: the same weights give other codes where, for instance, the encoder is causal. */
  config: string;
  /** Levels per dimension of the quantizer; their product is the number of codes. */
  levels: number[];
  /** The quantizer's bound, see {@link FsqOptions.bound}. */
  bound: 'sigmoid' | 'tanh';
  /** Names of the leads, in the order of `mean` and `std`. */
  leads: string[];
  /** 31.25 for the published tokenizer. */
  codesPerSecond: number;
  /** 313 for the published tokenizer; all records have as many. */
  codesPerRecord: number;
  /** Where the records are from, 'ptb-xl'. */
  dataset: string;
  /** Whether records were made to fit: resampled, cut, padded, limb leads derived. */
  prepared: boolean;
  /** Records of the data set, those that have no codes among them. */
  records: number;
  /** Shards that they are cut into. */
  shards: number;
}

/** File name of the manifest. */
export const SHARDS_MANIFEST = 'manifest.json';

const TEXT = 'a text that is not empty';
const COUNT = 'a whole number from 1';

/**
 * Reads manifest.json. Fields this version does not know are ignored.
 *
 * @param file its name, for messages; manifest.json by default
 * @throws ForeignCodesError for codes of another format, before anything else; CodeShardsError naming the field
 */
export function parseShardsManifest(text: string, file = SHARDS_MANIFEST): ShardsManifest {
  const fields = parseObject(text, file);
  if (fields.format !== CODE_FORMAT) {
    throw new ForeignCodesError(`${file}: codes of format ${show(fields.format)}, this version reads ${CODE_FORMAT}`);
  }
  const field = <T>(name: string, expected: string, is: (value: unknown) => value is T): T => {
    const value = fields[name];
    if (!is(value)) throw new CodeShardsError(`${file}: ${name}: expected ${expected}, found ${show(value)}`);
    return value;
  };
  const manifest: ShardsManifest = {
    format: CODE_FORMAT,
    model: field('model', TEXT, isText),
    weights: field('weights', TEXT, isText),
    config: field('config', TEXT, isText),
    levels: field('levels', 'a list of whole numbers from 1', listOf(isCount)),
    bound: field('bound', "'sigmoid' or 'tanh'", isBound),
    leads: field('leads', 'a list of names', listOf(isText)),
    codesPerSecond: field('codesPerSecond', 'a number above 0', isPositive),
    codesPerRecord: field('codesPerRecord', COUNT, isCount),
    dataset: field('dataset', TEXT, isText),
    prepared: field('prepared', 'true or false', isBoolean),
    records: field('records', COUNT, isCount),
    shards: field('shards', COUNT, isCount),
  };
  if (manifest.shards > manifest.records) {
    throw new CodeShardsError(`${file}: shards: expected at most one per record, found ${manifest.shards}`);
  }
  return manifest;
}

/** @throws ForeignCodesError naming the first field in which a manifest is not as expected, and the file it was found in */
export function assertSameRun(found: ShardsManifest, expected: ShardsManifest, file: string): void {
  const fields = Object.keys(expected) as (keyof ShardsManifest)[];
  const field = fields.find((field) => String(found[field]) !== String(expected[field]));
  if (!field) return;
  const values = `expected ${expected[field]}, found ${found[field]}`;
  throw new ForeignCodesError(`${file}: is of another run, ${field}: ${values}`);
}

/** manifest.json, always with its fields in the same order. */
export function formatShardsManifest(manifest: ShardsManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
