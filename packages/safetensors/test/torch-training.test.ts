import { describe, expect, test } from 'vitest';
import { openTorchCheckpoint, TorchCheckpointError, TorchObject } from '../src/index.ts';
import { type Expected, expectTensor, files, memory, readJson } from './fixtures.ts';

const expected = await readJson<Record<string, Record<string, Expected>>>('torch.json');
const refused = await readJson<Record<string, string>>('refused-torch.json');

describe('checkpoints that torch.save of PyTorch 2.15 wrote', () => {
  test.each(Object.keys(expected))('%s: every tensor has the bits that PyTorch reads', async (path) => {
    const checkpoint = await openTorchCheckpoint(files, path);
    expect([...checkpoint.names].sort()).toEqual(Object.keys(expected[path]).sort());
    for (const name of checkpoint.names) expectTensor(await checkpoint.read(name), expected[path][name]);
  });

  test.each(['training.pt', 'training-protocol5.pt'])('%s: what is no tensor is there by its name', async (path) => {
    const { others } = await openTorchCheckpoint(files, path);
    expect(Object.fromEntries(others)).toEqual({
      args: 'argparse.Namespace',
      settings: '__main__.Settings',
      half: 'a NumPy scalar',
      'rng.numpy.1': 'numpy.ndarray',
      queue: 'collections.deque',
      when: 'datetime.datetime',
      array: 'numpy.ndarray',
      dtype: 'numpy.dtype',
      slice: expect.stringMatching(/^(__builtin__|builtins)\.slice$/),
      sparse: 'a sparse tensor',
      csr: 'a sparse tensor',
      quantized: 'a quantized tensor',
      complex: 'a tensor in a torch.ComplexFloatStorage',
      float8: 'a tensor of torch.float8_e4m3fn',
      meta: 'a meta tensor, which has no values',
      nested: 'a nested tensor',
    });
  });

  test('plain values beside them are themselves', async () => {
    const { value } = await openTorchCheckpoint(files, 'training.pt');
    const { args, epoch, best, history, callbacks, pairs, raw, scheduler } = value as Record<string, unknown>;
    expect(args).toBeInstanceOf(TorchObject);
    expect({ epoch, best, history, callbacks, pairs, raw }).toEqual({
      epoch: 3,
      best: 0.25,
      history: { loss: [1, 0.5] },
      callbacks: { stop: { wait: 1 } },
      pairs: { '(1, a)': 2 },
      raw: new Uint8Array([0, 255]),
    });
    expect(scheduler).toMatchObject({ total_steps: 10, last_epoch: 0 });
  });

  test('a tensor that cannot be read says why when it is asked for', async () => {
    const checkpoint = await openTorchCheckpoint(files, 'training.pt');
    await expect(checkpoint.read('float8')).rejects.toThrow(
      "training.pt: 'float8' is a tensor of torch.float8_e4m3fn, which is not read",
    );
    expect(() => checkpoint.info('args')).toThrow("training.pt: 'args' is argparse.Namespace, which is not read");
  });
});

describe('arguments that mean more than values', () => {
  test('are refused by name where a tensor is asked for, or honoured', async () => {
    const checkpoint = await openTorchCheckpoint(files, 'unread.pt');
    expect(Object.fromEntries(checkpoint.others)).toEqual({
      subclass: '__main__.Packed',
      'another bit': "a tensor with the bit 'fresh'",
      conjugated: "a tensor with the bit 'conj'",
      'negated bool': "a tensor with the bit 'neg'",
      converted: 'a tensor converted to torch.float16',
      complex: 'a tensor of torch.complex32',
    });
    expect((await checkpoint.read('same')).data).toEqual(Float32Array.from({ length: 12 }, (_, i) => i));
    const bits = new Int32Array(Float32Array.of(1, 2).buffer);
    expect(await checkpoint.read('in other dtype')).toEqual({ dtype: 'I32', shape: [2], data: bits });
  });

  test.each(Object.entries(refused))('%s: %s', async (path, message) => {
    await expect(openTorchCheckpoint(files, path)).rejects.toThrow(message);
  });
});

describe('a flipped bit', () => {
  const flipped = async (find: number[], offset: number) => {
    const bytes = new Uint8Array(await files.read('rebuilt.pt'));
    const at = bytes.findIndex((_, i) => find.every((byte, j) => bytes[i + j] === byte));
    bytes[at + offset] ^= 1;
    return memory({ 'flipped.pt': bytes });
  };

  test('in a tensor that is read whole is an error', async () => {
    const checkpoint = await openTorchCheckpoint(await flipped([0xff, 0xff, 1, 0], 2), 'flipped.pt');
    await expect(checkpoint.read('uint16')).rejects.toThrow(
      /flipped.pt.*rebuilt\/data\/\d+.*expected the CRC-32 [0-9a-f]{8}, found [0-9a-f]{8}/,
    );
  });

  test('in the pickle is an error', async () => {
    const source = await flipped([...new TextEncoder().encode('every other')], 3);
    await expect(openTorchCheckpoint(source, 'flipped.pt')).rejects.toThrow(TorchCheckpointError);
  });
});
