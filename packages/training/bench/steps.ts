/**
 * Training steps beside PyTorch's of the same models, in turns in the same run and with the same number of threads. Of all
 * steps the fastest counts, on either side: others are slower because something else ran on the machine.
 *
 *   npm run bench -w @heartllm/training [-- --threads N]       (the peer: any python3 that can import torch; PYTHON names another)
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BackendUnavailableError, Generator, useBackend } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig } from '@heartllm/lead-encoder';
import { Llama } from '@heartllm/lora-llm';
import { Adam, type TrainingTask, tokenizerTask, train } from '@heartllm/training';

const ROUNDS = 3;
const STEPS = 3;
const asked = process.argv.indexOf('--threads');
const allThreads = asked > 0 ? Number(process.argv[asked + 1]) : availableParallelism();
process.env.TF_NUM_INTRAOP_THREADS = String(allThreads); // read when libtensorflow is loaded

/** The published tokenizer, 4 recordings of 12 x 5000, AdamW. */
function tokenizer(): TrainingTask<unknown> {
  const random = new Generator(1);
  const noise = () => publishedConfig.leads.map(() => Float32Array.from({ length: 5000 }, () => random.normal()));
  const recordings = Array.from({ length: 4 }, noise);
  return tokenizerTask({
    network: LeadAutoencoder.create(publishedConfig, random),
    train: { length: recordings.length, signal: async (i) => recordings[i] },
    batchSize: recordings.length,
    epochs: STEPS + 1,
  });
}

/** A Llama of 6 layers with LoRA of rank 64 on all projections, 4 x 400 tokens, Adam. */
function lora(): TrainingTask<unknown> {
  const llama = Llama.create(
    {
      vocabSize: 4096,
      hiddenSize: 192,
      intermediateSize: 512,
      numHiddenLayers: 6,
      numAttentionHeads: 6,
      numKeyValueHeads: 2,
      tieWordEmbeddings: true,
    },
    0,
  );
  llama.addLora({ r: 64, loraAlpha: 16, targetModules: 'all-linear' }, 0);
  const random = new Generator(1);
  const inputIds = Array.from({ length: 4 }, () => Array.from({ length: 400 }, () => random.integer(4000)));
  return {
    parameters: llama.parameters,
    totalSteps: STEPS + 1,
    optimizer: new Adam('adam', { lr: 1e-4 }),
    batch: async () => null,
    loss: () => llama.loss({ inputIds, labels: inputIds }),
  };
}

/** Milliseconds of each step but the first. */
async function times(task: TrainingTask<unknown>): Promise<number[]> {
  const steps: number[] = [];
  for await (const event of train(task)) if (event.type === 'step') steps.push(1000 * event.seconds);
  for (const parameter of task.parameters.values()) parameter.dispose();
  task.optimizer.dispose();
  return steps.slice(1);
}

/** PyTorch's milliseconds, or why there are none. */
function pytorch(what: string, threads: number): number[] | string {
  const script = fileURLToPath(new URL('./pytorch.py', import.meta.url));
  const arguments_ = [script, what, String(threads), String(STEPS)];
  const { status, stdout, stderr, error } = spawnSync(process.env.PYTHON ?? 'python3', arguments_);
  if (error) return error.message;
  if (status !== 0) return stderr.toString().trim().split('\n').at(-1) ?? `exit ${status}`;
  return stdout.toString().trim().split('\n').map(Number);
}

const rows: Record<string, string | number>[] = [];
let missing = '';
for (const backend of ['node', 'wasm'] as const) {
  try {
    const { name, device } = await useBackend(backend);
    const threads = name === 'node' ? allThreads : 1; // in Node wasm has no threads
    for (const [step, make] of Object.entries({ tokenizer, lora })) {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(...(await times(make())));
        const peer = pytorch(step, threads);
        if (typeof peer === 'string') missing = peer;
        else theirs.push(...peer);
      }
      const ms = Math.min(...ours);
      const peer = theirs.length ? Math.min(...theirs) : undefined;
      rows.push({
        step,
        device,
        threads,
        'ms per step': Math.round(ms),
        'PyTorch ms': peer ? Math.round(peer) : '-',
        'times PyTorch': peer ? Number((ms / peer).toFixed(2)) : '-',
      });
    }
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    console.log(error.message);
  }
}
if (missing) console.log(`no ratios: python3 has no torch to compare with (${missing})`);
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else console.table(rows);
process.exit(0); // tfjs-node keeps threads
