import { Generator } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig, type TokenizerConfig } from '@heartllm/lead-encoder';
import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { EcgTokenizer, RecordingError, zScore } from '../src/index.ts';
import { loadTfTokenizer, TfEcgTokenizer } from '../src/tf.ts';
import { fixtures, publishedGoldens, smallGolden, unpack } from './helpers/fixtures.ts';

const goldens = await publishedGoldens();

/** The encoder's output before the quantizer, [codes * dimensions]. */
async function encoded({ network }: TfEcgTokenizer, signal: Float32Array[]): Promise<Float32Array> {
  const points = tf.tidy(() => network.encode(tf.stack([tf.stack(zScore(signal).z)]) as tf.Tensor3D)); // [1, 313, 4]
  const data = (await points.data()) as Float32Array;
  points.dispose();
  return data;
}

await eachBackend(({ name, tolerance }) => {
  test('with the published architecture, points and codes of a real record are those of the published tokenizer', async () => {
    const [{ record, golden }] = goldens;
    const tokenizer = await loadTfTokenizer(fixtures, 'published');
    const points = await encoded(tokenizer, record.signal); // [313 * 4]; once, for it takes webgpu on a CPU 10 s
    expectAllClose(points, golden.code.flat(), tolerance);
    // near a rounding boundary the rougher arithmetic of a GPU may decide otherwise
    const certain = (_: unknown, i: number) => name !== 'webgpu' || golden.rounding_margin[i] > 1e-3;
    const codes = Array.from(tokenizer.fsq.quantize(points).indices);
    expect(codes.filter(certain)).toEqual(golden.indices.filter(certain));
    expect(codes).toHaveLength(313);
    await expect(tokenizer.decode(codes)).rejects.toThrow(/no decoder.*@heartllm\/nano has the decoder/);
    tokenizer.dispose();
  });

  describe.each(['code', 'paper'] as const)('the %s variant equals PyTorch in float64', async (variant) => {
    const golden = await smallGolden(variant);
    const [x, decoded] = await Promise.all(['x', 'decoded'].map(async (name) => unpack(await golden.tensor(name))));

    test('codes of a batch, and of each signal alone', async () => {
      const tokenizer = await loadTfTokenizer(fixtures, `tokenizer-small/${variant}`);
      expect((await tokenizer.encodeBatch(x)).map((codes) => [...codes])).toEqual(golden.codes);
      expect([...(await tokenizer.encode(x[1]))]).toEqual(golden.codes[1]);
      tokenizer.dispose();
    });

    test('decoded signals', async () => {
      const tokenizer = await loadTfTokenizer(fixtures, `tokenizer-small/${variant}`);
      for (const [i, codes] of golden.codes.entries()) {
        const signal = await tokenizer.decode(codes);
        for (const [l, lead] of signal.entries()) expectAllClose(lead, decoded[i][l], tolerance);
      }
      const travelled = JSON.parse(JSON.stringify(Int32Array.from(golden.codes[0])));
      expect(await tokenizer.decode(travelled)).toHaveLength(12);
      tokenizer.dispose();
    });
  });

  test('hundreds of tokenizations and reconstructions leave no tensor behind', async () => {
    const config: TokenizerConfig = {
      ...publishedConfig,
      samples: 64,
      leads: ['I', 'II'],
      encoder: { variant: 'code', channels: 4, groups: 1, blocks: 2 },
      decoder: { channels: 4, depth: 1 },
    };
    const unloaded = tf.memory().numTensors;
    const tokenizer = new TfEcgTokenizer(LeadAutoencoder.create(config, new Generator(0)));
    const signal = [0, 1].map((l) => Float32Array.from({ length: 64 }, (_, t) => Math.sin(t * (l + 1))));
    const once = async () => tokenizer.decode(await tokenizer.encode(signal));
    await once();
    const { numTensors, numDataBuffers } = tf.memory();
    for (let i = 0; i < (name === 'webgpu' ? 5 : 200); i++) await once();
    await expect(tokenizer.encode([signal[0]])).rejects.toThrow(RecordingError);
    await expect(tokenizer.decode([-1])).rejects.toThrow(RangeError);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    tokenizer.dispose();
    expect(tf.memory().numTensors).toBe(unloaded);
  });
});

await eachBackend(['wasm'], () => {
  test('the plain codec and wasm give the same codes for both records, five times over, and nothing is left behind', async () => {
    const plain = await EcgTokenizer.load(fixtures, 'published');
    const tokenizer = await loadTfTokenizer(fixtures, 'published');
    const { numTensors } = tf.memory();
    for (let i = 0; i < 5; i++) {
      const { record, golden } = goldens[i % goldens.length];
      const codes = await tokenizer.encode(record);
      expect(codes).toEqual(plain.encode(record));
      expect([...codes]).toEqual(golden.indices);
      expect(tf.memory().numTensors).toBe(numTensors);
    }
    tokenizer.dispose();
  });
});
