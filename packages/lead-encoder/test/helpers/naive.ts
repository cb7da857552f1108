/**
 * The network once more, in float64 and straight from its definition: the oracle of the tests. Slow on purpose, one
 * sum per output value, zero wherever a kernel reaches outside.
 */
import type { TokenizerConfig } from '../../src/index.ts';

/** [channels][samples] */
export type Signal = number[][];
/** A parameter by name: its values, row-major. */
export type Values = (name: string) => ArrayLike<number>;

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function sum(n: number, f: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += f(i);
  return total;
}

const add = (a: Signal, b: Signal): Signal => a.map((row, c) => row.map((value, t) => value + b[c][t]));

function conv(x: Signal, w: ArrayLike<number>, width: number, { stride = 1, padding = (width - 1) / 2 } = {}): Signal {
  const cin = x.length;
  const length = Math.floor((x[0].length + 2 * padding - width) / stride) + 1;
  return range(w.length / (cin * width)).map((o) =>
    range(length).map((t) =>
      sum(cin, (c) => sum(width, (k) => w[(o * cin + c) * width + k] * (x[c][t * stride - padding + k] ?? 0))),
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

function pool(x: Signal): Signal {
  return x.map((row) => row.map((_, t) => Math.max(...row.slice(Math.max(0, t - 1), t + 2))));
}

function groupNorm(x: Signal, weight: ArrayLike<number>, bias: ArrayLike<number>, groups: number): Signal {
  const perGroup = x.length / groups;
  return x.map((row, c) => {
    const first = Math.floor(c / perGroup) * perGroup;
    const values = x.slice(first, first + perGroup).flat();
    const mean = sum(values.length, (i) => values[i]) / values.length;
    const variance = sum(values.length, (i) => (values[i] - mean) ** 2) / values.length;
    return row.map((value) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[c] + bias[c]);
  });
}

const leakyRelu = (x: Signal): Signal => x.map((row) => row.map((value) => (value > 0 ? value : 0.01 * value)));

function resInception(x: Signal, name: string, values: Values, { encoder }: TokenizerConfig): Signal {
  const branch = (i: number) => values(`${name}.inc.b${i}.weight`);
  const weight = values(`${name}.norm.weight`);
  const norm = (y: Signal) => leakyRelu(groupNorm(y, weight, values(`${name}.norm.bias`), encoder.groups));
  const skip = x.length === weight.length ? x : conv(x, values(`${name}.match.weight`), 1);
  const wide = [conv(x, branch(1), 3), conv(x, branch(2), 5), conv(x, branch(3), 7)];
  if (encoder.variant === 'paper') return add(norm([...wide, conv(x, branch(4), 1)].reduce(add)), skip);
  return norm(add([...wide.flat(), ...conv(pool(x), branch(4), 1)], skip));
}

/** @returns [codes][dimensions], before the quantizer */
export function naiveEncode(x: Signal, values: Values, config: TokenizerConfig): number[][] {
  const features = x.flatMap((lead) => {
    let h = [lead];
    for (let i = 0; i < config.encoder.blocks; i++) {
      const mixed = resInception(h, `enc.blocks.${i}.0`, values, config);
      h = conv(mixed, values(`enc.blocks.${i}.1.weight`), 3, { stride: 2, padding: 1 });
    }
    return resInception(h, 'enc.bottleneck', values, config);
  }); // [leads * C][T']
  const w = values('enc.to_code.weight');
  const bias = values('enc.to_code.bias');
  return features[0].map((_, t) =>
    range(bias.length).map((d) => bias[d] + sum(features.length, (f) => w[d * features.length + f] * features[f][t])),
  );
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
      h = resInception(h, j === 0 ? `dec.dec.${i}` : `dec.dec.${i}.${j}`, values, config);
    }
  }
  const bias = values('dec.final.bias');
  return conv(h, values('dec.final.weight'), 1).map((row, l) =>
    row.slice(0, config.samples).map((value) => value + bias[l]),
  );
}
