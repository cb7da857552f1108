// %% [markdown]
// # 10. Into Python and other tools
//
// A model that was trained here is an ordinary Llama with an ordinary adapter. `heartllm export` writes it as a folder that transformers and peft open,
// with the lines that open it. Unmerged it is a base and a PEFT adapter; merged it is one Llama, for tools that know no adapters.
//
// Run it from the root of the repository: `npx tsx examples/10-export.ts`

// %%
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { useBackend } from '@heartllm/backend';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { loadLlama } from '@heartllm/lora-llm';
import { openSafetensors } from '@heartllm/safetensors';
import { EcgVocabulary, questionPrompt } from '@heartllm/vocab-bridge';
import { HeartLlm } from 'heartllm';

mkdirSync('examples/out', { recursive: true });
await useBackend('wasm');
const heartllm = (...argv: string[]) =>
  execFileSync(process.execPath, ['packages/heartllm/bin/heartllm.js', ...argv], { encoding: 'utf8' }); // npx heartllm ...

// %% [markdown]
// ## Two folders
//
// The embedded model; `--model DIR` for one of yours.

// %%
console.log(heartllm('export', '--out', 'examples/out/10-adapter', '--force'));
console.log(heartllm('export', '--out', 'examples/out/10-merged', '--merge', '--force'));

// %% [markdown]
// ## What is in the files
//
// Names and shapes are Hugging Face's and PEFT's. The merged folder has no trace of the LoRA: it is in the weights.

// %%
for (const [folder, path] of [
  ['10-adapter', 'llm/model.safetensors'],
  ['10-adapter', 'adapter/adapter_model.safetensors'],
  ['10-merged', 'model.safetensors'],
]) {
  const { names, info } = await openSafetensors(folderSource(`examples/out/${folder}`), path);
  const bytes = statSync(`examples/out/${folder}/${path}`).size;
  const name = names.find((tensor) => tensor.includes('layers.0.self_attn.q_proj'))!;
  console.log(`${folder}/${path}: ${names.length} tensors, ${(bytes / 1e6).toFixed(1)} MB`);
  console.log(`  ${name} ${info(name).dtype} [${info(name).shape}]`);
}

// %% [markdown]
// ## The same model, three times
//
// The model that ships, the exported pair, the merged folder: one prompt, and how far their scores of the next word are apart. Rounding is all that
// may differ.

// %%
const vocabulary = new EcgVocabulary(JSON.parse(readFileSync('examples/out/10-merged/tokenizer.json', 'utf8')));
const model = await HeartLlm.load();
const record = await readRecord(folderSource('examples/data/ptbxl'), 'records500/00000/00913_hr');
const { codes } = await model.tokenize(record);
const prompt = questionPrompt(vocabulary, { codes, question: 'Is this ECG normal?' });

async function scores(folder: string, parts: { folder?: string; adapter?: string }) {
  const llama = await loadLlama(folderSource(folder), parts);
  const logits = llama.logits([prompt]);
  const last = (await logits.data()).slice(-llama.config.vocabSize);
  logits.dispose();
  llama.dispose();
  return last;
}
const shipped = await scores('packages/nano/model', { folder: 'llm', adapter: 'adapter' });
const pair = await scores('examples/out/10-adapter', { folder: 'llm', adapter: 'adapter' });
const merged = await scores('examples/out/10-merged', {});
const apart = (other: ArrayLike<number>) => Math.max(...Array.from(other, (value, i) => Math.abs(value - shipped[i])));
console.log(`largest score ${Math.max(...shipped).toFixed(2)}; base and adapter differ by at most ${apart(pair)}`);
console.log(
  `merged by at most ${apart(merged).toExponential(0)}: the same answer: ${shipped.indexOf(Math.max(...shipped)) === merged.indexOf(Math.max(...merged))}`,
);
await model.dispose();

// %% [markdown]
// ## In Python
//
// The folder's own README says how to open it. These are its lines:

// %%
const readme = readFileSync('examples/out/10-merged/README.md', 'utf8');
const python = /```python\n([\s\S]*?)```/.exec(readme)![1];
console.log(python.replace(/^/gm, '    '));
writeFileSync(
  'examples/out/10-merged/codes.json',
  heartllm('tokenize', 'examples/data/ptbxl/records500/00000/00913_hr', '--json'),
);
writeFileSync('examples/out/10-merged/ask.py', python);

// %% [markdown]
// With `pip install torch transformers` there they run; without, what they would print is what `heartllm ask` says. Every prompt and text of a folder is
// compared by `packages/heartllm/scripts/check_export.py`.

// %%
console.log(
  `heartllm ask: ${heartllm('ask', 'examples/data/ptbxl/records500/00000/00913_hr', 'Is this ECG normal?').split('\n')[0]}`,
);
try {
  const said = execFileSync(process.env.PYTHON ?? 'python3', ['ask.py'], {
    cwd: 'examples/out/10-merged',
    encoding: 'utf8',
    stdio: 'pipe',
  });
  console.log(`transformers: ${said.split('\n').join(' | ')}`);
} catch (error) {
  const { stderr = '', message } = error as { stderr?: string; message: string };
  console.log(`Python was not asked: ${stderr.trim().split('\n').at(-1) || message.split('\n')[0]}`);
}
