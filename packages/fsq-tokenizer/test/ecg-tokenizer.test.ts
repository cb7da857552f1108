import { encodeSafetensors, type Source } from '@heartllm/safetensors';
import { expectAllClose } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { EcgTokenizer, RecordingError } from '../src/index.ts';
import { fixtures, publishedGoldens, smallGolden, unpack } from './helpers/fixtures.ts';

const published = await EcgTokenizer.load(fixtures, 'published');

describe('with the published architecture', async () => {
  for (const { record, golden } of await publishedGoldens()) {
    test(`record ${golden.record} gets every code that the published tokenizer gives it`, () => {
      expect([...published.encode(record)]).toEqual(golden.indices);
    });
  }

  test('a recording with its leads in another order, and a bare signal, get the same codes', async () => {
    const [{ record, golden }] = await publishedGoldens();
    const order = record.leads.map((_, i) => (i * 5) % 12);
    const mixed = { fs: 500, leads: order.map((i) => record.leads[i]), signal: order.map((i) => record.signal[i]) };
    expect([...published.encode(mixed)]).toEqual(golden.indices);
    expect([...published.encode(record.signal)]).toEqual(golden.indices);
  });

  test('the unit of the signal does not matter, but for ties', async () => {
    const [{ record, golden }] = await publishedGoldens();
    const microvolts = record.signal.map((lead) => lead.map((value) => 1000 * value));
    expect([...published.encode(microvolts)]).toEqual(golden.indices);
  });

  test('the scale that travels with the codes is each lead’s mean and deviation', async () => {
    const [{ record, golden }] = await publishedGoldens();
    const { codes, scale } = published.encodeWithScale(record);
    expect([...codes]).toEqual(golden.indices);
    expectAllClose(scale.mean, golden.znorm_mean_mv, 1e-6);
    expectAllClose(scale.std, golden.znorm_std_mv, 1e-6);
  });

  test('one pass gives codes, points, scale, units and warnings, and what the network was given', async () => {
    const [{ record, golden }] = await publishedGoldens();
    const gap = record.signal[1].with(7, Number.NaN);
    const order = record.leads.map((_, i) => 11 - i);
    const mixed = {
      name: 'rec',
      fs: 500,
      leads: [...order.map((i) => record.leads[i]), 'PLETH'],
      units: [...order.map((i) => (i === 2 ? 'µV' : 'mV')), 'mmHg'],
      signal: [...order.map((i) => (i === 1 ? gap : record.signal[i])), record.signal[0]],
      meta: { warnings: ['rec: resampled from 250 to 500 Hz'] },
    };
    const { codes, points, scale, units, warnings, prepared } = published.tokenize(mixed);
    expect([codes, points, scale]).toEqual([
      published.encode(mixed),
      published.encodePoints(mixed),
      published.encodeWithScale(mixed).scale,
    ]);
    // the points are the sigmoid of what the reference's network puts out, in float32
    const whole = published.tokenize(record);
    expectAllClose(
      whole.points,
      golden.code.flat().map((x) => 1 / (1 + Math.exp(-x))),
      1e-4,
    );
    expect(units).toEqual(record.leads.map((_, i) => (i === 2 ? 'µV' : 'mV')));
    expect(warnings).toEqual([
      'rec: resampled from 250 to 500 Hz',
      'rec: lead II: 1 invalid samples bridged by straight lines',
    ]);
    expect(prepared.order).toEqual(order);
    expect(prepared.signal[1][7]).toBeCloseTo((gap[6] + gap[8]) / 2, 6);
    expectAllClose(
      prepared.z.flatMap((lead, i) => Array.from(lead.subarray(0, 20), (z) => z * scale.std[i] + scale.mean[i])),
      prepared.signal.flatMap((lead) => Array.from(lead).slice(0, 20)),
      1e-6,
    );
  });

  test('a flat lead is encoded like any other', async () => {
    const [{ record }] = await publishedGoldens();
    const flat = record.signal.map((lead, i) => (i === 3 ? new Float32Array(5000).fill(0.7) : lead));
    const zero = record.signal.map((lead, i) => (i === 3 ? new Float32Array(5000) : lead));
    expect(published.encode(flat)).toHaveLength(313);
    expect(published.encode(flat)).toEqual(published.encode(zero));
  });

  test('encoding leaves the recording as it was and keeps no state', async () => {
    const [{ record, golden }] = await publishedGoldens();
    const before = record.signal.map((lead) => lead.slice());
    published.encode(record);
    expect(record.signal).toEqual(before);
    expect([...published.encode(record)]).toEqual(golden.indices);
  });

  test('what does not fit is refused', () => {
    expect(() => published.encode([new Float32Array(5000)])).toThrow(RecordingError);
  });

  test('weights without a decoder encode, and say so when asked to decode', () => {
    expect(published.config.decoder).toBeNull();
    expect(() => published.decode([0])).toThrow(
      /^this tokenizer has no decoder: its weights hold the encoder only\. @heartllm\/nano has the decoder/,
    );
  });
});

describe.each(['code', 'paper'] as const)('the %s variant equals PyTorch in float64', async (variant) => {
  const golden = await smallGolden(variant);
  const tokenizer = await EcgTokenizer.load(fixtures, `tokenizer-small/${variant}`);
  const [x, decoded] = await Promise.all(['x', 'decoded'].map(async (name) => unpack(await golden.tensor(name))));

  test('codes', () => {
    expect(x.map((signal) => [...tokenizer.encode(signal)])).toEqual(golden.codes);
  });

  test('decoded signals', () => {
    for (const [i, codes] of golden.codes.entries()) {
      const signal = tokenizer.decode(codes);
      expect(signal.map((lead) => lead.length)).toEqual(Array(12).fill(330));
      for (const [l, lead] of signal.entries()) expectAllClose(lead, decoded[i][l], 5e-6);
    }
  });

  test('any number of codes is decoded, 16 samples each, up to the length of the window', () => {
    expect(tokenizer.decode([5])[0]).toHaveLength(16);
    expect(tokenizer.decode(golden.codes[0].slice(0, 7))[11]).toHaveLength(112);
    expect(tokenizer.decode([...golden.codes[0], ...golden.codes[1]])[0]).toHaveLength(330);
  });

  test('with a scale, in the unit of the recording; codes and scale may travel as JSON', () => {
    const signal = x[0].map((lead, i) => lead.map((value) => (i + 1) * value - 0.3 * i));
    const { codes, scale } = tokenizer.tokenize(signal);
    const z = tokenizer.decode(codes);
    const expected = z.map((lead, i) => Array.from(lead, (value) => value * scale.std[i] + scale.mean[i]));
    const decoded = tokenizer.decode(codes, scale);
    for (const [i, lead] of decoded.entries()) expectAllClose(lead, expected[i], 1e-6);
    for (const sent of [
      { codes, scale }, // JSON makes objects of typed arrays
      { codes: [...codes], scale: { mean: [...scale.mean], std: [...scale.std] } },
    ]) {
      const received = JSON.parse(JSON.stringify(sent));
      expect(tokenizer.decode(received.codes, received.scale)).toEqual(decoded);
      expect(tokenizer.fsq.indicesToCodes(received.codes)).toEqual(tokenizer.fsq.indicesToCodes(codes));
    }
    expect(tokenizer.decode(codes)).toEqual(z);
    expect(() => tokenizer.decode(codes, { mean: [0], std: [1] })).toThrow(
      'scale: expected 12 means and gains, found 1 and 1',
    );
  });

  test.each([undefined, null, 'codes', 7, { codes: [1] }, { 0: 1, 2: 1 }])('%o is no codes', (codes) => {
    expect(() => tokenizer.decode(codes as never)).toThrow(/^codes: expected an array of numbers, found /);
  });

  test('a code outside the codebook is refused with its position', () => {
    expect(() => tokenizer.decode([0, 1296])).toThrow('code 1: expected 0 to 1295, found 1296');
  });
});

describe('loading', () => {
  const folder = (files: Record<string, Uint8Array | string>): Source => {
    const file = (path: string) => {
      if (!(path in files)) throw new Error(`${path}: no such file`);
      const content = files[path];
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    };
    return { read: async (path, start, end) => file(path).slice(start, end), size: async (path) => file(path).length };
  };

  test("looks into the folder 'ecg-tokenizer' unless told otherwise", async () => {
    const files = {
      'ecg-tokenizer/config.json': await fixtures.read('published/config.json'),
      'ecg-tokenizer/model.safetensors': await fixtures.read('published/model.safetensors'),
    };
    const [{ record, golden }] = await publishedGoldens();
    expect([...(await EcgTokenizer.load(folder(files))).encode(record)]).toEqual(golden.indices);
  });

  test('weights that are not those of the configuration are refused by name', async () => {
    const config = await fixtures.read('published/config.json');
    const none = folder({ 'config.json': config, 'model.safetensors': encodeSafetensors({}) });
    await expect(EcgTokenizer.load(none, '')).rejects.toThrow(
      'model.safetensors: tensor enc.blocks.0.0.inc.b1.weight: missing',
    );
    await expect(EcgTokenizer.load(folder({ 'config.json': 'hello' }), '')).rejects.toThrow(
      'config.json: expected JSON',
    );
    await expect(EcgTokenizer.load(folder({}), '')).rejects.toThrow('config.json: no such file');
    const text = new TextDecoder().decode(await fixtures.read('published/config.json'));
    const weights = await fixtures.read('published/model.safetensors');
    const claiming = (samples: number) =>
      folder({ 'config.json': JSON.stringify({ ...JSON.parse(text), samples }), 'model.safetensors': weights });
    await expect(EcgTokenizer.load(claiming(1e9), '')).rejects.toThrow(
      'samples: expected an integer from 16 to 100000000',
    );
    await expect(EcgTokenizer.load(claiming(1e8), '')).rejects.toThrow('bytes and more, at most 1073741824');
  });
});
