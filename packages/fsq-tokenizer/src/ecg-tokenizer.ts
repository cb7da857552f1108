import { readWeights, type TokenizerConfig, type TokenizerWeights } from '@heartllm/lead-encoder/config';
import type { Source } from '@heartllm/safetensors';
import { buildDecoder, type Decoder } from './codec/decoder.ts';
import { buildEncoder, type Encoder } from './codec/encoder.ts';
import { doubleWeights } from './codec/weights.ts';
import { Fsq } from './fsq.ts';
import { packagedWeights } from './packaged-weights.ts';
import { prepareSignal, type Recording } from './prepare-signal.ts';
import { zScore } from './z-score.ts';

/**
 * ECG to codes and back, in plain JavaScript: no tensor engine, nothing to initialise.
 *
 * Every sum is taken in double precision and in a fixed order, so the same weights and the same samples give the same
 * codes in Node and in every browser. For training, or the published decoder on a GPU, see `TfEcgTokenizer` of
 * `@heartllm/fsq-tokenizer/tf`.
 */
export class EcgTokenizer {
  readonly config: TokenizerConfig;
  readonly fsq: Fsq;
  readonly #encode: Encoder;
  readonly #decode: Decoder | null;

  constructor({ config, weights }: TokenizerWeights) {
    const lookup = doubleWeights(weights);
    this.config = config;
    this.fsq = new Fsq({ levels: config.levels, bound: config.bound });
    this.#encode = buildEncoder(lookup, config);
    this.#decode = buildDecoder(lookup, config);
  }

  /**
   * Reads a tokenizer from a model folder.
   *
   * @param source a folder, Blobs or a URL (see @heartllm/ecg-io); without it, the weights that come with this package:
   *   an encoder trained on PTB-XL, without a decoder
   * @param folder where `config.json` and `model.safetensors` are inside the source
   * @throws TokenizerConfigError when the files do not fit together; whatever the source throws
   */
  static async load(source?: Source, folder = 'ecg-tokenizer'): Promise<EcgTokenizer> {
    return new EcgTokenizer(source ? await readWeights(source, folder) : await readWeights(packagedWeights, ''));
  }

  /**
   * Codes of one recording.
   *
   * @param input a recording (leads by name, checked against the model) or [leads][samples] in the model's order;
   *   invalid samples (NaN) are bridged
   * @returns one code per 32 ms: 313 of 0..1295 for the published tokenizer
   * @throws RecordingError when the recording does not fit the model
   */
  encode(input: Recording | ArrayLike<number>[]): Int32Array {
    const { z } = zScore(prepareSignal(input, this.config).signal);
    return this.fsq.quantize(this.#encode(z)).indices;
  }

  /**
   * The signal that codes stand for.
   *
   * @param codes any number of them; 313 for a whole ECG
   * @returns [leads][samples], z-scored: mean 0 and standard deviation 1 per lead, not millivolts
   * @throws RangeError for a code outside the codebook; Error when the weights hold no decoder
   */
  decode(codes: ArrayLike<number>): Float32Array[] {
    if (!this.#decode) throw new Error('this tokenizer has no decoder: its weights hold the encoder only');
    return this.#decode(this.fsq.indicesToCodes(codes));
  }
}
