import { useBackend } from '@heartllm/backend';
import { readRecord } from '@heartllm/ecg-io';
import { HeartLlm } from 'heartllm';

export async function use({ open, wasmPaths }) {
  await useBackend('wasm', { wasmPaths });
  const model = await HeartLlm.load(open('modules/@heartllm/nano/model'));
  const record = await readRecord(open('data'), 'records500/00000/00913_hr');
  const { text } = await model.ask(record, 'Is this ECG normal?');
  const { codes } = await model.tokenize(record);
  return `${text}, ${codes.length} codes`;
}
