import { dequantize, encodeGguf, openGguf, quantize } from '@heartllm/gguf';

export async function use() {
  const values = new Float32Array(32).fill(0.5);
  const bytes = encodeGguf({
    metadata: {},
    tensors: { w: { type: 'Q8_0', shape: [32], bytes: quantize('Q8_0', values) } },
  });
  const memory = { read: async (_, start = 0, end) => bytes.slice(start, end), size: async () => bytes.length };
  const { type, bytes: packed } = await (await openGguf(memory, 'model.gguf')).read('w');
  return `${type} ${dequantize(type, packed, 32)[31]}`;
}
