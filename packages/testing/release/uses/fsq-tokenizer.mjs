import { EcgTokenizer } from '@heartllm/fsq-tokenizer';

export async function use() {
  const tokenizer = await EcgTokenizer.load();
  // whole numbers, so that every engine has the same signal
  const signal = tokenizer.config.leads.map((_, lead) =>
    Float32Array.from({ length: 5000 }, (_, t) => (t * t * (lead + 3)) % 997),
  );
  const codes = tokenizer.encode(signal);
  let last;
  for await (const { codes } of tokenizer.encodeEach([signal, signal])) last = codes; // on worker threads
  if (last.join() !== codes.join()) throw new Error('other codes on a worker thread');
  return `${codes.length} codes: ${codes.slice(0, 8).join(' ')}`;
}
