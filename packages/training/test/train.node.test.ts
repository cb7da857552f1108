import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Generator, useBackend } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig } from '@heartllm/lead-encoder';
import { openSafetensors, type Source } from '@heartllm/safetensors';
import { SourceError } from '@heartllm/source';
import { testFiles } from '@heartllm/testing';
import {
  previousCheckpoint,
  restoreCheckpoint,
  type SignalSet,
  saveCheckpoint,
  type TrainingEvent,
  tokenizerTask,
  train,
} from '@heartllm/training';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Adam } from '../src/optimizer.ts';

const config = {
  ...publishedConfig,
  samples: 160,
  leads: ['I', 'II'],
  encoder: { ...publishedConfig.encoder, channels: 8 },
  decoder: { channels: 8, depth: 1 },
};

/** Sines of different rates: something that can be learned. */
const signals: SignalSet = {
  length: 6,
  signal: async (index) =>
    config.leads.map((_, lead) =>
      Float32Array.from({ length: 160 }, (_, t) => Math.sin((t * (index + 2 + lead)) / 20)),
    ),
};

let folder: string;
beforeAll(async () => {
  await useBackend('wasm');
  folder = await mkdtemp(join(tmpdir(), 'heartllm-training-'));
});
afterAll(() => rm(folder, { recursive: true }));

const source: Source = {
  read: (path, start, end) => testFiles(`file://${folder}/x`, './').read(path, start, end),
  size: (path) => testFiles(`file://${folder}/x`, './').size(path),
};

function task(network: LeadAutoencoder) {
  return tokenizerTask({ network, train: signals, validation: signals, batchSize: 2, epochs: 4, lr: 1e-2, crop: 96 });
}

async function lossesOf(
  events: AsyncGenerator<TrainingEvent>,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<number[]> {
  const losses: number[] = [];
  for await (const event of events) {
    if (event.type === 'step') losses.push(event.loss);
    if (event.type === 'checkpoint' && event.step >= stopAfter) break;
  }
  return losses;
}

describe('the training loop', () => {
  test('learns: the last loss is well below the first', async () => {
    const network = LeadAutoencoder.create(config, new Generator(3));
    const losses = await lossesOf(train(task(network)));
    expect(losses).toHaveLength(12);
    expect(losses.at(-1)).toBeLessThan(losses[0] * 0.9);
    network.dispose();
  });

  test('a run that is stopped and resumed gives the losses of one that was not', async () => {
    const whole = LeadAutoencoder.create(config, new Generator(3));
    const expected = await lossesOf(train(task(whole)));
    whole.dispose();
    const checkpoint = { path: join(folder, 'c.safetensors'), source, sourcePath: 'c.safetensors', every: 5 };
    const first = LeadAutoencoder.create(config, new Generator(3));
    const before = await lossesOf(train(task(first), { checkpoint: { ...checkpoint, resume: false } }), 5);
    first.dispose();
    const second = LeadAutoencoder.create(config, new Generator(99)); // other weights, replaced by the checkpoint's
    const after = await lossesOf(train(task(second), { checkpoint: { ...checkpoint, resume: true } }));
    second.dispose();
    expect([...before, ...after]).toEqual(expected);
  });

  test('a damaged checkpoint is noticed and the one before it used: the losses are the same', async () => {
    const path = join(folder, 'd.safetensors');
    const checkpoint = { path, source, sourcePath: 'd.safetensors', every: 3 };
    const first = LeadAutoencoder.create(config, new Generator(3));
    const before = await lossesOf(train(task(first), { checkpoint: { ...checkpoint, resume: false } }), 6);
    first.dispose();
    const bytes = await readFile(path);
    const resumed = async (seed = 99) => {
      const network = LeadAutoencoder.create(config, new Generator(seed));
      const losses: number[] = [];
      for await (const event of train(task(network), { checkpoint: { ...checkpoint, resume: true, every: 100 } })) {
        if (event.type === 'step') losses.push(event.loss);
        if (losses.length === 3) break; // before anything is written
      }
      network.dispose();
      return losses;
    };
    await writeFile(path, bytes.subarray(0, -100)); // the disk was full
    expect(await resumed()).toEqual(before.slice(3));
    bytes[bytes.length - 50] ^= 4; // a bit fell over
    await writeFile(path, bytes);
    expect(await resumed()).toEqual(before.slice(3));
    await rm(path, { force: true }); // killed between the two renames
    expect(await resumed()).toEqual(before.slice(3));
    await writeFile(join(folder, 'd.previous.safetensors'), 'nothing');
    await expect(resumed()).rejects.toThrow(/d\.safetensors.*; .*d\.previous\.safetensors/);
    await rm(join(folder, 'd.previous.safetensors'));
    await writeFile(path, 'nothing'); // the first one of all: there is the start before it
    expect(await resumed(3)).toEqual(before.slice(0, 3));
    await expect(resumed()).rejects.toThrow('no such file'); // it is gone, and no other was written
  });

  test('damage anywhere in a checkpoint is noticed: every byte counts', async () => {
    const path = join(folder, 'b.safetensors');
    const checkpoint = { path, source, sourcePath: 'b.safetensors', every: 1, settings: { lr: 0.25 } };
    const w = tf.variable(tf.tensor1d([1, 2]));
    const parameters = new Map([['w', w]]);
    const optimizer = new Adam('adam', { lr: 0.25 });
    const progress = { step: 7, bestLoss: 0.5, withoutImprovement: 1 };
    const save = () => saveCheckpoint(path, parameters, optimizer, progress, checkpoint.settings);
    optimizer.step(parameters, new Map([['w', tf.tensor1d([3, 4])]]));
    await save();
    const bytes = await readFile(path);
    const restored = () =>
      restoreCheckpoint(source, 'b.safetensors', parameters, optimizer, () => {}, checkpoint.settings);
    expect(await restored()).toEqual({ progress, file: 'b.safetensors', damaged: undefined });
    const random = new Generator(5);
    for (let i = 0; i < 300; i++) {
      const damaged = Buffer.from(bytes);
      damaged[random.integer(bytes.length)] ^= 1 << random.integer(8);
      await writeFile(path, damaged);
      expect(await restored()).toMatchObject({ file: null, damaged: expect.any(String) });
    }
    for (const dtype of ['I32', 'U32']) {
      await writeFile(path, Buffer.from(bytes.toString('latin1').replace('F32', dtype), 'latin1'));
      expect(await restored()).toMatchObject({ file: null, damaged: expect.any(String) });
    }
  });

  test.each(['EACCES', 'EIO', 'EMFILE', 'ESTALE'])(
    'a checkpoint that cannot be read now (%s) is kept',
    async (code) => {
      const path = join(folder, 'k.safetensors');
      const fail = async () => {
        throw new SourceError('k.safetensors', 'failed', `${code}: could not be opened`);
      };
      const run = async (from: Source, resume: boolean, stopAfter?: number) => {
        const network = LeadAutoencoder.create(config, new Generator(3));
        const checkpoint = { path, source: from, sourcePath: 'k.safetensors', every: 2, resume };
        try {
          return await lossesOf(train(task(network), { checkpoint }), stopAfter);
        } finally {
          network.dispose();
        }
      };
      await run(source, false, 5);
      const [last, before] = await Promise.all([readFile(path), readFile(previousCheckpoint(path))]);
      await expect(run({ read: fail, size: fail }, true)).rejects.toThrow(code);
      // only the content fails: it was found, but its bytes do not come
      await expect(run({ read: fail, size: source.size }, true)).rejects.toThrow(code);
      expect(await readFile(path)).toEqual(last);
      expect(await readFile(previousCheckpoint(path))).toEqual(before);
    },
  );

  test('the checkpoints of an older run in the same place are never gone on with', async () => {
    const checkpoint = { path: join(folder, 'o.safetensors'), source, sourcePath: 'o.safetensors', every: 2 };
    const go = async (resume: boolean, stopAfter?: number) => {
      const network = LeadAutoencoder.create(config, new Generator(3));
      const losses = await lossesOf(train(task(network), { checkpoint: { ...checkpoint, resume } }), stopAfter);
      network.dispose();
      return losses;
    };
    const expected = await go(false); // leaves two checkpoints
    await go(false, 2); // another run, which leaves one
    await writeFile(checkpoint.path, 'nothing');
    expect(await go(true)).toEqual(expected);
  });

  test('a run with other settings does not go on from it', async () => {
    const checkpoint = { path: join(folder, 's.safetensors'), source, sourcePath: 's.safetensors', every: 1 };
    const network = LeadAutoencoder.create(config, new Generator(3));
    const go = (resume: boolean, settings: Record<string, number | undefined>) =>
      lossesOf(train(task(network), { checkpoint: { ...checkpoint, resume, settings } }), 1);
    await go(false, { lr: 0.1, crop: undefined });
    await expect(go(true, { lr: 0.2 })).rejects.toThrow(
      's.safetensors: is of another run, lr: expected 0.2, found 0.1',
    );
    expect(await go(true, { lr: 0.1 })).toHaveLength(1);
    network.dispose();
  });

  test('trains a causal tokenizer; stopped and resumed it has the same running statistics and losses', async () => {
    const causal = { ...config, encoder: { ...config.encoder, causal: true } };
    const run = async (network: LeadAutoencoder, resume: boolean, stopAfter?: number) => {
      const checkpoint = { path: join(folder, 'r.safetensors'), source, sourcePath: 'r.safetensors', every: 5, resume };
      const losses = await lossesOf(train(task(network), { checkpoint }), stopAfter);
      const tensors = await network.tensors();
      network.dispose();
      return { losses, variance: tensors['enc.bottleneck.norm.running_var'].data };
    };
    const whole = await run(LeadAutoencoder.create(causal, new Generator(3)), false);
    expect(whole.losses.at(-1)).toBeLessThan(whole.losses[0] * 0.9);
    expect(whole.variance).not.toContain(1); // where they began
    const first = await run(LeadAutoencoder.create(causal, new Generator(3)), false, 5);
    const second = await run(LeadAutoencoder.create(causal, new Generator(99)), true);
    expect([...first.losses, ...second.losses]).toEqual(whole.losses);
    expect(second.variance).toEqual(whole.variance);
    const plain = run(LeadAutoencoder.create(config, new Generator(3)), true);
    await expect(plain).rejects.toThrow('parameter.enc.blocks.0.0.norm.running_mean is no part of this network');
  });

  test('weights that are not finite after a step end the run, and the checkpoint before it stays to be gone on with', async () => {
    const checkpoint = { path: join(folder, 'n.safetensors'), source, sourcePath: 'n.safetensors', every: 1 };
    for (const [what, broken, message] of [
      [
        'weight',
        'dec.final.bias',
        /^step 3: dec\.final\.bias is not finite after the update; a lower learning rate may/,
      ],
      ['large weight', 'dec.final.weight', /^step 3: dec\.final\.weight is not finite after the update/],
      [
        'running statistic',
        'enc.bottleneck.norm.running_var',
        /^step 3: enc\.bottleneck\.norm\.running_var is not finite/,
      ],
    ] as const) {
      const causal = { ...config, encoder: { ...config.encoder, causal: true } };
      const network = LeadAutoencoder.create(causal, new Generator(3));
      const whole = task(network);
      const events: TrainingEvent[] = [];
      const go = async (lossOf: typeof whole.loss, resume: boolean) => {
        const run = train({ ...whole, validate: undefined, loss: lossOf }, { checkpoint: { ...checkpoint, resume } });
        for await (const event of run) {
          events.push(event);
          if (events.length > 7) break;
        }
      };
      const value = what === 'running statistic' ? Number.POSITIVE_INFINITY : Number.NaN;
      const spoilt: typeof whole.loss = (batch, step, part) => {
        const loss = whole.loss(batch, step, part);
        const weight = network.parameters.get(broken)!;
        // one value of it, as an overflow leaves it; the loss of this step is taken already
        const values = tf.tensor([value, ...Array(weight.size - 1).fill(1)], weight.shape);
        if (step === 2) weight.assign(values);
        return loss;
      };
      await expect(go(spoilt, false), what).rejects.toThrow(message);
      expect(events.map(({ type }) => type)).toEqual(['start', 'step', 'checkpoint', 'step', 'checkpoint', 'step']);
      expect(events.at(-1)).toMatchObject({ step: 3, loss: expect.any(Number) });
      events.length = 0;
      await go(whole.loss, true);
      expect(events.slice(0, 3)).toMatchObject([
        { type: 'start', step: 2, resumed: true },
        { type: 'step', step: 3 },
        {},
      ]);
      network.dispose();
    }
  });

  test('a step that is too long, and a validation without a number, end the run as well', async () => {
    const network = LeadAutoencoder.create(config, new Generator(3));
    const far = tokenizerTask({ network, train: signals, batchSize: 2, lr: 1e38 });
    await expect(lossesOf(train(far))).rejects.toThrow(/^step \d: .* is (not finite|NaN|Infinity)/);
    network.dispose();
    const other = LeadAutoencoder.create(config, new Generator(3));
    const nothing = { ...task(other), validate: async () => ({ loss: Number.NaN, metrics: {} }) };
    await expect(lossesOf(train(nothing, { validateEvery: 1 }))).rejects.toThrow(
      'step 1: the loss of the validation is NaN',
    );
    other.dispose();
  });

  test('a checkpoint whose weights are not finite, of an earlier version, is not gone on with', async () => {
    const checkpoint = { path: join(folder, 'f.safetensors'), source, sourcePath: 'f.safetensors', every: 1 };
    const network = LeadAutoencoder.create(config, new Generator(3));
    await lossesOf(train(task(network), { checkpoint: { ...checkpoint, resume: false } }), 2);
    const { parameters, optimizer } = task(network);
    tf.tidy(() => parameters.get('dec.final.bias')!.assign(tf.tensor1d([0, Number.NaN])));
    await saveCheckpoint(checkpoint.path, parameters, optimizer, { step: 3, bestLoss: 1, withoutImprovement: 0 });
    for await (const event of train(task(network), { checkpoint: { ...checkpoint, resume: true } })) {
      expect(event).toMatchObject({
        type: 'start',
        step: 2,
        damaged: 'f.safetensors: parameter.dec.final.bias is not finite',
      });
      break;
    }
    network.dispose();
  });

  test('what cannot be trained is refused before the first step, and never a loss that is NaN', async () => {
    for (const channels of [4, 12]) {
      const wrong = { ...config, decoder: { channels, depth: 1 } };
      expect(() => LeadAutoencoder.create(wrong, new Generator(3))).toThrow(
        `the configuration: decoder.channels: expected a multiple of 4 and of 8 groups, found ${channels}`,
      );
    }
    const network = LeadAutoencoder.create(config, new Generator(3));
    for (const crop of [176, 96.5, -16, Number.NaN]) {
      expect(() => tokenizerTask({ network, train: signals, crop })).toThrow(
        `crop: expected a whole number from 0 to 160 samples, found ${crop}`,
      );
    }
    const gap: SignalSet = {
      length: 1,
      signal: async () => [new Float32Array(160), new Float32Array(160).fill(Number.NaN)],
    };
    await expect(tokenizerTask({ network, train: gap }).batch(0)).rejects.toThrow(
      'recording 0: lead II holds a value that is not finite',
    );
    network.dispose();
  });

  test('flat recordings, flat windows, and windows of one code train', async () => {
    for (const crop of [0, 16, 160]) {
      const flat: SignalSet = {
        length: 2,
        signal: async (i) =>
          config.leads.map(() => Float32Array.from({ length: 160 }, (_, t) => (i && t === 80 ? 1 : 0.1))),
      };
      for (const causal of [false, true]) {
        const shape = { ...config, encoder: { ...config.encoder, ...(causal && { causal }) } };
        const network = LeadAutoencoder.create(shape, new Generator(3));
        const losses = await lossesOf(train(tokenizerTask({ network, train: flat, batchSize: 2, epochs: 3, crop })));
        expect(losses).toHaveLength(3);
        network.dispose();
      }
    }
  });

  test('stops after patience runs out', async () => {
    const network = LeadAutoencoder.create(config, new Generator(3));
    const hopeless = { ...task(network), validate: async () => ({ loss: 1, metrics: {} }) };
    const events: TrainingEvent[] = [];
    for await (const event of train(hopeless, { validateEvery: 1, patience: 2 })) events.push(event);
    expect(events.at(-1)).toEqual({ type: 'end', step: 3, reason: 'patience' });
    const checkpoint = { path: join(folder, 'p.safetensors'), source, sourcePath: 'p.safetensors', every: 1 };
    const types = async (resume: boolean) => {
      const seen: string[] = [];
      const options = { validateEvery: 1, patience: 2, checkpoint: { ...checkpoint, resume } };
      for await (const event of train(hopeless, options)) seen.push(event.type);
      return seen;
    };
    expect((await types(false)).filter((type) => type === 'step')).toHaveLength(3);
    expect(await types(true)).toEqual(['start', 'end']); // it has run out already
    network.dispose();
  });

  test('keeps no tensors from step to step', async () => {
    const network = LeadAutoencoder.create(config, new Generator(3));
    const counts: number[] = [];
    for await (const event of train(task(network), { validateEvery: 4, clip: 1 })) {
      if (event.type === 'step') counts.push(event.tensors);
    }
    expect(new Set(counts.slice(1)).size).toBe(1); // the first step makes the optimizer's
    const before = tf.memory().numTensors;
    for await (const event of train(task(network))) if (event.type === 'step' && event.step === 2) break;
    expect(tf.memory().numTensors - before).toBe(2 * network.parameters.size); // the optimizer's
    network.dispose();
  });

  test('tells of every step its learning rate, the norm of its gradients and the memory, and follows the schedule', async () => {
    const network = LeadAutoencoder.create(config, new Generator(3));
    const steps: TrainingEvent[] = [];
    const options = { maxSteps: 4, schedule: 'linear', warmup: 2, clip: 0.5 } as const;
    for await (const event of train(task(network), options)) if (event.type === 'step') steps.push(event);
    expect(steps).toHaveLength(4);
    expect(steps).toMatchObject([0.005, 0.01, 0.01, 0.005].map((lr) => ({ lr, totalSteps: 4 })));
    for (const step of steps) {
      expect(step).toMatchObject({
        gradientNorm: expect.any(Number),
        seconds: expect.any(Number),
        rss: expect.any(Number),
      });
    }
    network.dispose();
  });

  test('takes a batch in parts: the same losses, norms and weights', async () => {
    const run = async (accumulate: number) => {
      const network = LeadAutoencoder.create(config, new Generator(3));
      const training = tokenizerTask({ network, train: signals, batchSize: 5, lr: 1e-2, epochs: 3 });
      const steps: number[] = [];
      for await (const event of train(training, { accumulate, clip: 0.5, maxSteps: 4 })) {
        if (event.type === 'step') steps.push(event.loss, event.gradientNorm!);
      }
      network.dispose();
      return steps;
    };
    const whole = await run(1);
    for (const parts of [2, 5, 99]) {
      (await run(parts)).forEach((value, i) => {
        expect(Math.abs(value / whole[i] - 1)).toBeLessThan(1e-3);
      });
    }
  });

  test('loads the next batch while a step is taken, and never one after the last', async () => {
    const network = LeadAutoencoder.create(config, new Generator(3));
    const whole = task(network);
    const log: string[] = [];
    const slow = {
      ...whole,
      batch: async (step: number) => {
        log.push(`load ${step}`);
        const batch = await whole.batch(step);
        return batch;
      },
      loss: (...[batch, step, part]: Parameters<typeof whole.loss>) => {
        log.push(`take ${step}`);
        return whole.loss(batch, step, part);
      },
    };
    for await (const _ of train(slow, { maxSteps: 3 }));
    expect(log).toEqual(['load 0', 'load 1', 'take 0', 'load 2', 'take 1', 'take 2']);
    network.dispose();
  });
});

describe('Adam', () => {
  for (const [kind, weightDecay] of [
    ['adam', 0],
    ['adam', 0.1],
    ['adamw', 0.01],
  ] as const) {
    test(`${kind} with weight decay ${weightDecay} follows PyTorch's formula in float64`, async () => {
      const parameters = new Map([['w', tf.variable(tf.tensor1d([1, -2, 3]))]]);
      const optimizer = new Adam(kind, { lr: 0.05, weightDecay });
      let w = [1, -2, 3];
      let m = [0, 0, 0];
      let v = [0, 0, 0];
      for (let t = 1; t <= 20; t++) {
        const raw = w.map((x, i) => Math.cos(t + i) * 2 + x);
        const gradient = tf.tensor1d(raw);
        optimizer.step(parameters, new Map([['w', gradient]]));
        const g = raw.map((x, i) => (kind === 'adam' ? x + weightDecay * w[i] : x));
        m = m.map((x, i) => 0.9 * x + 0.1 * g[i]);
        v = v.map((x, i) => 0.999 * x + 0.001 * g[i] ** 2);
        w = w.map((x, i) => {
          const kept = kind === 'adamw' ? x * (1 - 0.05 * weightDecay) : x;
          return kept - ((0.05 / (1 - 0.9 ** t)) * m[i]) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
        });
      }
      const trained = await parameters.get('w')!.data();
      for (let i = 0; i < 3; i++) expect(trained[i]).toBeCloseTo(w[i], 4);
    });
  }
});

describe('five AdamW steps of the tokenizer', () => {
  for (const variant of ['code', 'paper']) {
    test(`variant ${variant}: losses are PyTorch's to 1e-4`, async () => {
      const files = testFiles(import.meta.url, `./fixtures/tokenizer-small/${variant}/`);
      const golden = JSON.parse(new TextDecoder().decode(await files.read('golden.json')));
      const network = await LeadAutoencoder.load(files, '');
      const stored = await openSafetensors(files, 'golden.safetensors');
      const { data, shape } = await stored.read('x');
      const { leads, samples } = network.config;
      const recordings: SignalSet = {
        length: shape[0],
        signal: async (index) =>
          leads.map((_, j) => {
            const at = (index * leads.length + j) * samples;
            return (data as Float32Array).subarray(at, at + samples);
          }),
      };
      const steps = golden['adamw_lr2e-3_losses'].length;
      const training = tokenizerTask({ network, train: recordings, batchSize: shape[0], epochs: steps, lr: 2e-3 });
      const losses = await lossesOf(train(training));
      losses.forEach((loss, i) => {
        expect(Math.abs(loss / golden['adamw_lr2e-3_losses'][i] - 1)).toBeLessThan(1e-4);
      });
      network.dispose();
    });
  }
});
