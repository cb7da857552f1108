import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EcgRecord } from '@heartllm/ecg-io';

/** A file as Playwright hands it to a page. */
export interface GivenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export function given(name: string, content: Uint8Array | string): GivenFile {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) };
}

/** A column per lead; without times, so that its rate has to be asked for. */
export function csvOf({ leads, signal, samples }: EcgRecord): string {
  const lines = [leads.map((lead) => `${lead} (mV)`).join(',')];
  for (let t = 0; t < samples; t++) lines.push(signal.map((lead) => lead[t]).join(','));
  return `${lines.join('\n')}\n`;
}

/** An HDF5 file in CODE's layout: the same ECG twice, upside down the second time. */
export async function hdf5Of({ signal }: EcgRecord): Promise<Uint8Array> {
  const { default: h5wasm } = await import('h5wasm/node');
  await h5wasm.ready;
  const folder = await mkdtemp(join(tmpdir(), 'heartllm-hdf5-'));
  const path = join(folder, 'exams.hdf5');
  try {
    const file = new h5wasm.File(path, 'w');
    const samples = 4096;
    const tracings = new Float32Array(2 * samples * 12);
    for (let t = 0; t < samples; t++) {
      for (let lead = 0; lead < 12; lead++) {
        tracings[t * 12 + lead] = signal[lead][t];
        tracings[(samples + t) * 12 + lead] = -signal[lead][t];
      }
    }
    file.create_dataset({ name: 'tracings', data: tracings, shape: [2, samples, 12] });
    file.create_dataset({ name: 'exam_id', data: new Int32Array([71, 72]), shape: [2] });
    file.close();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
