import { describe, expect, test } from 'vitest';
import { openTorchCheckpoint, TorchCheckpointError, TorchTensor } from '../src/index.ts';
import { type Expected, expectTensor, files, memory, readJson } from './fixtures.ts';

const expected = await readJson<Record<string, Record<string, Expected>>>('expected.json');
const refused = await readJson<Record<string, string>>('refused.json');
const checkpoints = Object.keys(expected).filter((name) => name.endsWith('.pt'));

describe('openTorchCheckpoint', () => {
  test.each(checkpoints)('reads every tensor of %s as numpy has it', async (path) => {
    const checkpoint = await openTorchCheckpoint(files, path);
    expect([...checkpoint.names].sort()).toEqual(Object.keys(expected[path]).sort());
    for (const name of checkpoint.names) {
      const { dtype, shape } = expected[path][name];
      expect(checkpoint.info(name)).toEqual({ dtype, shape });
      expectTensor(await checkpoint.read(name), expected[path][name]);
    }
  });

  test.each(['containers.pt', 'containers-protocol4.pt'])('gives the plain values of %s', async (path) => {
    const { value } = await openTorchCheckpoint(files, path);
    const { model, optimizer, ...plain } = value as Record<string, unknown>;
    expect(model).toEqual({ weight: expect.any(TorchTensor), bias: expect.any(TorchTensor) });
    expect(optimizer).toEqual({
      state: { 0: { exp_avg: expect.any(TorchTensor), step: 7 } },
      param_groups: [{ lr: 1e-3, params: [0, 1] }],
    });
    const own = Object.getOwnPropertyDescriptor(plain, '__proto__')?.value;
    expect(own).toEqual({ polluted: 1 });
    expect({ ...plain, ['__proto__']: undefined }).toEqual({
      ['__proto__']: undefined,
      step: 300,
      negative: -70_000,
      large: 2 ** 40,
      huge: 2n ** 70n,
      flag: true,
      off: false,
      none: null,
      text: 'Ä 💓',
      raw: new Uint8Array([0, 255]),
      empty: new Uint8Array(0),
      list: [1, [2.5]],
      tuple: [1, 'a', [], [2, 3], [4, 5, 6, 7]],
      set: new Set([3]),
      frozen: new Set(['x']),
      size: [2, 3],
      dtype: 'torch.bfloat16',
      device: 'cuda:1',
      counter: { a: 2 },
      best: 0.25,
      epoch: -9,
      single: 1.5,
      yes: true,
    });
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  test('a tensor inside the value reads itself', async () => {
    const { value } = await openTorchCheckpoint(files, 'bare-tensor.pt');
    if (!(value instanceof TorchTensor)) throw new Error('expected a tensor');
    expect(await value.read()).toEqual({ dtype: 'F32', shape: [2], data: new Float32Array([1, 2]) });
  });

  test('reads of a view only the part of the storage that it spans', async () => {
    const source = memory({ 'v.pt': await files.read('views.pt') });
    const checkpoint = await openTorchCheckpoint(source, 'v.pt');
    const before = source.bytesRead;
    await checkpoint.read('rows');
    expect(source.bytesRead - before).toBe(48 + 30 + 14); // 12 float32, the local zip header and its name
  });

  test('reads a checkpoint that was packed again with compression, as torch.load does', async () => {
    const { value } = await openTorchCheckpoint(files, 'compressed.pt');
    expect((value as { a: number[] }).a.slice(0, 3)).toEqual([1, 1, 1]);
  });

  test('a tensor that could not be read for a moment is read the next time', async () => {
    const whole = memory({ 'v.pt': await files.read('views.pt') });
    let broken = false;
    const source = {
      size: (path: string) => whole.size(path),
      read: (path: string, start?: number, end?: number) =>
        broken ? Promise.reject(new Error('EIO')) : whole.read(path, start, end),
    };
    const checkpoint = await openTorchCheckpoint(source, 'v.pt');
    broken = true;
    await expect(checkpoint.read('rows')).rejects.toThrow('EIO');
    broken = false;
    expect(await checkpoint.read('rows')).toEqual(await (await openTorchCheckpoint(whole, 'v.pt')).read('rows'));
  });

  test('names a tensor that is not there', async () => {
    const checkpoint = await openTorchCheckpoint(files, 'dtypes.pt');
    expect(() => checkpoint.info('w')).toThrow("dtypes.pt: has no tensor 'w' among its 11");
    await expect(checkpoint.read('w')).rejects.toThrow(TorchCheckpointError);
  });

  test.each(Object.entries(refused))('refuses %s: %s', async (path, message) => {
    const opened = openTorchCheckpoint(files, path);
    await expect(opened).rejects.toThrow(TorchCheckpointError);
    await expect(opened).rejects.toThrow(message);
  });

  test('loads nothing of a pickle outside a zip archive', async () => {
    const bytes = new TextEncoder().encode('\u0000\u0002cos\nsystem\n.'); // protocol 2, GLOBAL os.system
    bytes[0] = 0x80;
    const opened = openTorchCheckpoint(memory({ 'bare.pt': bytes }), 'bare.pt');
    await expect(opened).rejects.toThrow('bare.pt: is a bare pickle, none of which is loaded');
  });

  test('refuses a checkpoint that is cut off anywhere', async () => {
    const whole = await files.read('containers.pt');
    for (let length = 0; length < whole.length; length += 37) {
      const opened = openTorchCheckpoint(memory({ 'cut.pt': whole.slice(0, length) }), 'cut.pt');
      await expect(opened).rejects.toThrow(TorchCheckpointError);
    }
  });
});
