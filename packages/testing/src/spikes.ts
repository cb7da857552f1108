const LEADS = ['I', 'II', 'III', 'AVR', 'AVL', 'AVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** A made-up 12-lead ECG: a spike per second of another height in every lead, in mV. */
export function spikes({ seconds = 10, fs = 500, name = 'spikes', leads = LEADS } = {}) {
  const samples = seconds * fs;
  const signal = leads.map((_, lead) =>
    Float32Array.from({ length: samples }, (_, i) => (i % fs < fs / 25 ? 0.2 * (lead + 1) : 0.01 * Math.sin(i / 20))),
  );
  const none = leads.map(() => 0);
  return {
    name,
    fs,
    leads,
    units: leads.map(() => 'mV'),
    signal,
    samples,
    comments: [],
    meta: {
      format: '16',
      formats: leads.map(() => '16'),
      gains: leads.map(() => 1000),
      baselines: none,
      adcZeros: none,
      adcResolutions: leads.map(() => 16),
      sampsPerFrame: leads.map(() => 1),
      invalidSamples: none,
      warnings: [],
    },
  };
}
