/**
 * The network once more, in float64 and straight from its definition: the oracle of the tests. Slow on purpose, one
 * sum per output value, zero wherever a kernel reaches outside.
 */
import type { EncoderConfig, TokenizerConfig } from '../../src/index.ts';

/** [channels][samples] */
export type Signal = number[][];
/** A parameter by name: its values, row-major. */
export type Values = (name: string) => ArrayLike<number>;

type Form = Pick<EncoderConfig, 'variant' | 'groups' | 'causal'>;

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function sum(n: number, f: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += f(i);
  return total;
}

const add = (a: Signal, b: Signal): Signal => a.map((row, c) => row.map((value, t) => value + b[c][t]));

/** `left` zeros before the first sample: half of the kernel's reach, or all of it where it is causal. */
function conv(x: Signal, w: ArrayLike<number>, width: number, { stride = 1, left = (width - 1) / 2 } = {}): Signal {
  const cin = x.length;
  const length = Math.ceil(x[0].length / stride);
  return range(w.length / (cin * width)).map((o) =>
    range(length).map((t) =>
      sum(cin, (c) => sum(width, (k) => w[(o * cin + c) * width + k] * (x[c][t * stride - left + k] ?? 0))),
    ),
  );
}

/** ConvTranspose1d(width 3, stride 2, padding 1, output padding 1): every input sample is spread over three outputs. */
function convTranspose(x: Signal, w: ArrayLike<number>, bias: ArrayLike<number>): Signal {
  const y = range(bias.length).map((o) => range(2 * x[0].length).map(() => bias[o]));
  for (const [c, row] of x.entries()) {
    for (const [o, out] of y.entries()) {
      for (const [t, value] of row.entries()) {
        for (let k = 0; k < 3; k++) {
          const at = 2 * t - 1 + k;
          if (at >= 0 && at < out.length) out[at] += value * w[(c * y.length + o) * 3 + k];
        }
      }
    }
  }
  return y;
}

function pool(x: Signal, causal: boolean): Signal {
  if (causal) return x.map((row) => row.map((value, t) => Math.max(row[t - 2] ?? 0, row[t - 1] ?? 0, value)));
  return x.map((row) => row.map((_, t) => Math.max(...row.slice(Math.max(0, t - 1), t + 2))));
}

interface Moments {
  mean: number;
  variance: number;
}

function normalize(x: Signal, weight: ArrayLike<number>, bias: ArrayLike<number>, moments: Moments[]): Signal {
  return x.map((row, c) => {
    const { mean, variance } = moments[Math.floor((c * moments.length) / x.length)];
    return row.map((value) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[c] + bias[c]);
  });
}

/** Of the channels of each group, over all signals. */
function momentsOf(signals: Signal[], groups: number): Moments[] {
  const perGroup = signals[0].length / groups;
  return range(groups).map((g) => {
    const values = signals.flatMap((x) => x.slice(g * perGroup, (g + 1) * perGroup).flat());
    const mean = sum(values.length, (i) => values[i]) / values.length;
    return { mean, variance: sum(values.length, (i) => (values[i] - mean) ** 2) / values.length };
  });
}

const leakyRelu = (x: Signal): Signal => x.map((row) => row.map((value) => (value > 0 ? value : 0.01 * value)));

/** All signals of a batch together, because in the training of a causal network they share the norm's statistics. */
function resInception(
  batch: Signal[],
  name: string,
  values: Values,
  { variant, groups, causal = false }: Form,
  training: boolean,
): Signal[] {
  const branch = (i: number) => values(`${name}.inc.b${i}.weight`);
  const [weight, bias] = [values(`${name}.norm.weight`), values(`${name}.norm.bias`)];
  const over = (x: Signal, i: number, width: number) =>
    conv(x, branch(i), width, { left: causal ? width - 1 : (width - 1) / 2 });
  const skips = batch.map((x) => (x.length === weight.length ? x : conv(x, values(`${name}.match.weight`), 1)));
  const mixed = batch.map((x, n) => {
    const wide = [over(x, 1, 3), over(x, 2, 5), over(x, 3, 7)];
    if (variant === 'paper') return [...wide, conv(x, branch(4), 1)].reduce(add);
    return add([...wide.flat(), ...conv(pool(x, causal), branch(4), 1)], skips[n]);
  });
  const running = () => {
    const [mean, variance] = [values(`${name}.norm.running_mean`), values(`${name}.norm.running_var`)];
    return range(groups).map((g) => ({ mean: mean[g], variance: variance[g] }));
  };
  const shared = !causal ? undefined : training ? momentsOf(mixed, groups) : running();
  return mixed.map((y, n) => {
    const normed = leakyRelu(normalize(y, weight, bias, shared ?? momentsOf([y], groups)));
    return variant === 'paper' ? add(normed, skips[n]) : normed;
  });
}

/**
 * @param signals [B] of [leads][samples]
 * @returns [B] of [codes][dimensions], before the quantizer
 */
export function naiveEncode(
  signals: Signal[],
  values: Values,
  config: TokenizerConfig,
  training = false,
): number[][][] {
  const { encoder, leads } = config;
  let h = signals.flatMap((signal) => signal.map((lead): Signal => [lead])); // [B * leads] of [C][T]
  for (let i = 0; i < encoder.blocks; i++) {
    const mixed = resInception(h, `enc.blocks.${i}.0`, values, encoder, training);
    const halving = { stride: 2, left: encoder.causal ? 2 : 1 };
    h = mixed.map((x) => conv(x, values(`enc.blocks.${i}.1.weight`), 3, halving));
  }
  h = resInception(h, 'enc.bottleneck', values, encoder, training);
  const w = values('enc.to_code.weight');
  const bias = values('enc.to_code.bias');
  return signals.map((_, n) => {
    const features = h.slice(n * leads.length, (n + 1) * leads.length).flat(); // [leads * C][T']
    return features[0].map((_, t) =>
      range(bias.length).map((d) => bias[d] + sum(features.length, (f) => w[d * features.length + f] * features[f][t])),
    );
  });
}

/** @returns [leads][samples] */
export function naiveDecode(codes: number[][], values: Values, config: TokenizerConfig): Signal {
  const expand = values('dec.expand.weight');
  const width = config.levels.length;
  let h: Signal = Array.from(values('dec.expand.bias'), (bias, c) =>
    codes.map((code) => bias + sum(width, (d) => expand[c * width + d] * code[d])),
  );
  for (let i = 0; i < config.encoder.blocks; i++) {
    h = convTranspose(h, values(`dec.up.${i}.weight`), values(`dec.up.${i}.bias`));
    for (let j = 0; j < config.decoder!.depth; j++) {
      const name = j === 0 ? `dec.dec.${i}` : `dec.dec.${i}.${j}`;
      [h] = resInception([h], name, values, { ...config.encoder, causal: false }, false);
    }
  }
  const bias = values('dec.final.bias');
  return conv(h, values('dec.final.weight'), 1).map((row, l) =>
    row.slice(0, config.samples).map((value) => value + bias[l]),
  );
}
