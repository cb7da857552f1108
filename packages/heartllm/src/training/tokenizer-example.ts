import { ecgPaper } from '@heartllm/ecg-plot';
import { Fsq, normalizeSignal, undoZScore } from '@heartllm/fsq-tokenizer';
import type { LeadAutoencoder } from '@heartllm/lead-encoder';
import type { SignalSet } from '@heartllm/training';
import * as tf from '@tensorflow/tfjs-core';

/** A limb lead and one from each side of the chest. */
const LEADS = ['II', 'V1', 'V5'];

/** HTML: a recording beside what a tokenizer that is being trained gives back; nothing where there is no recording. */
export async function tokenizerExample(network: LeadAutoencoder, held: SignalSet): Promise<string> {
  if (!held.length) return '';
  const { config } = network;
  const signal = await held.signal(0); // [leads][samples]
  const { z, ...scale } = normalizeSignal(signal, config);
  const fsq = new Fsq({ levels: config.levels, bound: config.bound });
  const points = tf.tidy(() => network.encode(tf.tensor3d([z.map((lead) => Array.from(lead))]))); // [1, T, D]
  const { codes, indices } = fsq.quantize((await points.data()) as Float32Array);
  const decoded = tf.tidy(() => network.decode(tf.tensor3d(codes, points.shape))); // [1, leads, samples, rounded up]
  const values = (await decoded.data()) as Float32Array;
  const length = decoded.shape[2];
  tf.dispose([points, decoded]);
  const decodedZ = z.map((lead, i) => values.slice(i * length, i * length + lead.length));
  const restored = undoZScore(decodedZ, scale);
  const chosen = LEADS.map((name) => config.leads.indexOf(name)).filter((lead) => lead >= 0);
  const record = {
    name: 'a recording of fold 9',
    fs: config.sampling_rate,
    samples: signal[0].length,
    leads: chosen.map((lead) => config.leads[lead]),
    units: chosen.map(() => 'mV'),
    signal: chosen.map((lead) => signal[lead]),
  };
  const overlay = chosen.map((lead) => restored[lead]);
  const paper = ecgPaper(record, { overlay, codes: indices, levels: config.levels });
  return `<section><h2>Before and after</h2><figure>${paper}<figcaption>Black is what was recorded, blue what the codes give back now.</figcaption></figure></section>`;
}
