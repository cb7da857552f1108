import { ecgPaper } from '@heartllm/ecg-plot';

export async function use() {
  const signal = [Float32Array.from({ length: 500 }, (_, i) => Math.sin(i / 20))];
  const svg = ecgPaper({ name: 'wave', fs: 500, samples: 500, leads: ['II'], units: ['mV'], signal });
  if (!svg.startsWith('<svg')) throw new Error(`expected a drawing, found ${svg.slice(0, 20)}`);
  return 'a drawing of lead II';
}
