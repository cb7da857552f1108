import { encodeSafetensors, openSafetensors } from '@heartllm/safetensors';

export async function use() {
  const bytes = encodeSafetensors({ w: { dtype: 'F16', shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) } });
  const memory = { read: async (_, start = 0, end) => bytes.slice(start, end), size: async () => bytes.length };
  const file = await openSafetensors(memory, 'model.safetensors');
  return `${file.names} ${(await file.read('w')).data}`;
}
