import { LeadAutoencoder } from '@heartllm/lead-encoder';
import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import type { Source } from '@heartllm/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { Fsq, noDecoder } from './fsq.ts';
import { prepareSignal, type Recording } from './recording.ts';
import { normalizeSignal } from './z-score.ts';

/**
 * ECG to codes and back on the active TensorFlow.js backend: for batches, for wide decoders, and for weights that are
 * being trained. Codes are those of the plain EcgTokenizer, except where a value lies so close to a rounding boundary
 * that float32 decides it.
 */
export class TfEcgTokenizer {
  /** Encoder and decoder with their weights on the backend; training changes them in place. */
  readonly network: LeadAutoencoder;
  /** The network's: leads and their order, Hz, samples per window, levels. */
  readonly config: TokenizerConfig;
  /** The quantizer that makes codes of the network's points. */
  readonly fsq: Fsq;

  /** @param network used as it is, not copied; {@link TfEcgTokenizer.dispose} frees it */
  constructor(network: LeadAutoencoder) {
    this.network = network;
    this.config = network.config;
    this.fsq = new Fsq({ levels: this.config.levels, bound: this.config.bound });
  }

  /**
   * Codes of one recording.
   *
   * @param input a recording (leads by name, checked against the model) or [leads][samples] in the model's order
   * @returns one code per 32 ms [313], 0..1295
   * @throws RecordingError when the recording does not fit the model
   */
  async encode(input: Recording | ArrayLike<number>[]): Promise<Int32Array> {
    return (await this.encodeBatch([input]))[0];
  }

  /**
   * Codes of several recordings in one pass through the network, so memory grows with their number.
   *
   * @param inputs as {@link TfEcgTokenizer.encode} takes them
   * @returns [313] each, 0..1295, in the order of the inputs
   * @throws RecordingError for the first recording that does not fit the model
   */
  async encodeBatch(inputs: (Recording | ArrayLike<number>[])[]): Promise<Int32Array[]> {
    const { leads, samples } = this.config;
    const values = new Float32Array(inputs.length * leads.length * samples);
    inputs.forEach((input, i) => {
      const { z } = normalizeSignal(prepareSignal(input, this.config).signal, this.config);
      for (const [j, lead] of z.entries()) values.set(lead, (i * leads.length + j) * samples);
    });
    const points = tf.tidy(() => this.network.encode(tf.tensor3d(values, [inputs.length, leads.length, samples]))); // [B, 313, 4]
    try {
      // Rounded in double precision here, not on the backend, so that every backend draws the line at the same place.
      const data = (await points.data()) as Float32Array;
      const width = data.length / inputs.length;
      return inputs.map((_, i) => this.fsq.quantize(data.subarray(i * width, (i + 1) * width)).indices);
    } finally {
      points.dispose();
    }
  }

  /**
   * The signal that codes stand for.
   *
   * @param codes any number of them; 313 for a whole ECG
   * @returns [leads][samples], z-scored: mean 0 and standard deviation 1 per lead, not millivolts
   * @throws RangeError for a code outside the codebook; Error when the weights hold no decoder
   */
  async decode(codes: ArrayLike<number>): Promise<Float32Array[]> {
    if (!this.config.decoder) throw noDecoder();
    const values = this.fsq.indicesToCodes(codes);
    const width = this.config.levels.length;
    const signal = tf.tidy(() => this.network.decode(tf.tensor3d(values, [1, values.length / width, width])));
    try {
      const data = (await signal.data()) as Float32Array;
      const samples = signal.shape[2];
      return this.config.leads.map((_, i) => data.slice(i * samples, (i + 1) * samples));
    } finally {
      signal.dispose();
    }
  }

  /** Frees the network's weights. */
  dispose(): void {
    this.network.dispose();
  }
}

/**
 * Reads `config.json` and `model.safetensors` from a folder of a source onto the active backend; `useBackend` of
 * @heartllm/backend comes first.
 *
 * @param source a folder, Blobs or a URL from @heartllm/ecg-io
 * @param folder inside the source, 'ecg-tokenizer' by default
 * @throws TokenizerConfigError when the files do not fit together; whatever the source throws
 */
export async function loadTfTokenizer(source: Source, folder = 'ecg-tokenizer'): Promise<TfEcgTokenizer> {
  return new TfEcgTokenizer(await LeadAutoencoder.load(source, folder));
}
